package io.deltamirror.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class Utf8TextTest {
  private static final long SEED = 20261121;

  private static boolean accepted(byte[] text, int offset, int length) {
    try {
      Utf8Text.check(text, offset, length);
      return true;
    } catch (MirrorException e) {
      return false;
    }
  }

  private static boolean decodes(byte[] text, int offset, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text, offset, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static void compare(byte[] text, int offset, int length) {
    if (accepted(text, offset, length) != decodes(text, offset, length)) {
      fail("seed %s: %s from %s, %s bytes", SEED, Arrays.toString(text), offset, length);
    }
  }

  @Test
  void isWhatTheJdkDecodesWithoutReplacing() {
    for (int all = 0; all < 1 << 16; all++) {
      compare(new byte[] {'a', (byte) (all >> 8), (byte) all}, 1, 2);
    }
    Random random = new Random(SEED);
    byte[] edges = {0x7F, -128, -113, -112, -97, -96, -65, -64, -62, -32, -31, -19, -16, -12, -11};
    for (int i = 0; i < 100_000; i++) {
      byte[] text = new byte[24];
      for (int at = 16 - random.nextInt(9); at < 20; at++) {
        text[at] = edges[random.nextInt(edges.length)];
      }
      compare(text, random.nextInt(4), 16 + random.nextInt(5));
    }
  }

  @Test
  void textThatIsNoUtf8IsRefusedAlsoWithinAnArrayAndNeverBent() {
    byte[] latin = {'{', '"', 'c', 'a', 'f', (byte) 0xE9, '"', '}'};
    for (ColumnType type : new ColumnType[] {new TextType(), new ArrayType(new TextType())}) {
      assertThatThrownBy(() -> type.parse(latin, 0, latin.length))
          .isInstanceOfSatisfying(
              MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEXT_NOT_UTF8));
    }
    byte[] text = "caf\u00e9 \ud83d\ude00 \u6ce8".getBytes(StandardCharsets.UTF_8);
    assertThat(((Utf8) new TextType().parse(text, 0, text.length)).getBytes()).isEqualTo(text);
  }
}
