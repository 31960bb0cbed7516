package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class TextBoundsTest {
  private static final String FULL = "x".repeat(31);
  private static final String HIGHEST = Character.toString(Character.MAX_CODE_POINT);

  @Test
  void keepsTextOfUpTo32CharactersAsItIs() {
    for (String text : new String[] {"", "a", FULL + "y", "\uD83D\uDE00".repeat(32), HIGHEST}) {
      assertThat(lower(text)).isEqualTo(text);
      assertThat(upper(text)).isEqualTo(text);
    }
  }

  @Test
  void raisesTheLastCharacterThatItKeeps() {
    assertThat(upper(FULL + "yz")).isEqualTo(FULL + "z");
    assertThat(upper(FULL + "\u007Fz")).isEqualTo(FULL + "\u0080");
    assertThat(upper(FULL + "\uD7FFz")).isEqualTo(FULL + "\uE000");
    assertThat(upper(FULL + "\uFFFFz")).isEqualTo(FULL + "\uD800\uDC00");
  }

  @Test
  void raisesAnEarlierCharacterWhenTheLastIsTheHighest() {
    assertThat(upper("a" + HIGHEST.repeat(40))).isEqualTo("b");
  }

  @Test
  void hasNoUpperBoundForTheHighestCharactersOnly() {
    assertThat(upper(HIGHEST.repeat(33))).isNull();
  }

  @Test
  void boundsHoldForRandomText() {
    long seed = 20261121;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(50); length > 0; length--) {
        int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1);
        text.appendCodePoint(Character.getType(codePoint) == Character.SURROGATE ? 'a' : codePoint);
      }
      Utf8 value = new Utf8(text.toString());
      Utf8 lower = new Utf8(lower(text.toString()));
      Utf8 upper = new Utf8(upper(text.toString()));

      assertThat(ColumnKind.TEXT.compare(lower, value))
          .as("lower bound, seed %d, round %d", seed, i)
          .isLessThanOrEqualTo(0);
      assertThat(ColumnKind.TEXT.compare(value, upper))
          .as("upper bound, seed %d, round %d", seed, i)
          .isLessThanOrEqualTo(0);
      assertThat(upper.toString().codePoints().count()).isLessThanOrEqualTo(TextBounds.LIMIT);
    }
  }

  private static String lower(String text) {
    return TextBounds.lower(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String upper(String text) {
    Utf8 upper = TextBounds.upper(text.getBytes(StandardCharsets.UTF_8));
    return upper == null ? null : upper.toString();
  }
}
