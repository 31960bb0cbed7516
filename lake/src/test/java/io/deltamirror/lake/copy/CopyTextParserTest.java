package io.deltamirror.lake.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyTextParserTest {
  private static final int BIGINT = 20;
  private static final int TEXT = 25;
  private static final int BYTEA = 17;
  private static final int DOUBLE = 701;
  private static final int INTEGER = 23;

  private static RowCodec codec(int... typeOids) {
    List<Column> columns =
        IntStream.range(0, typeOids.length)
            .mapToObj(i -> new Column(i + 1, "c" + i, typeOids[i], -1, "t", i == 0 ? 1 : 0))
            .toList();
    return new RowCodec(
        new TableSchema(1, new TableName("public", "t"), columns, ReplicaIdentity.DEFAULT));
  }

  private static List<Object[]> parse(RowCodec codec, byte[]... chunks) {
    List<Object[]> rows = new ArrayList<>();
    CopyTextParser parser = new CopyTextParser(codec, rows::add);
    try {
      for (byte[] chunk : chunks) {
        parser.accept(chunk);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    parser.end();
    return rows;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void nullIsNotTheTextOfItsMark() {
    List<Object[]> rows = parse(codec(BIGINT, TEXT, TEXT), bytes("1\t\\N\t\\\\N\n2\t\tN\n"));
    assertThat(rows.get(0)).containsExactly(1L, null, new Utf8("\\N"));
    assertThat(rows.get(1)).containsExactly(2L, new Utf8(""), new Utf8("N"));
  }

  @Test
  void everyEscapeOfTheFormatIsRead() {
    List<Object[]> rows =
        parse(codec(TEXT), bytes("\\b\\f\\n\\r\\t\\v\\\\\\101\\7\\x41\\xez\\0601\n"));
    assertThat(rows.get(0)).containsExactly(new Utf8("\b\f\n\r\t\u000B\\A\u0007A\u000Ez01"));
  }

  @Test
  void anEmptyLineIsAnEmptyTextOfItsOnlyColumn() {
    assertThat(parse(codec(TEXT), bytes("\n\n")))
        .extracting(row -> row[0])
        .containsExactly(new Utf8(""), new Utf8(""));
  }

  @Test
  void noBytesAreNoRows() {
    assertThat(parse(codec(TEXT))).isEmpty();
  }

  @Test
  void rowsOutliveTheBytesTheyCameIn() throws IOException {
    List<Object[]> rows = new ArrayList<>();
    CopyTextParser parser = new CopyTextParser(codec(TEXT, BYTEA), rows::add);
    byte[] chunk = bytes("abc\t\\\\x0102\n");
    parser.accept(chunk);
    Arrays.fill(chunk, (byte) '!');
    parser.accept(bytes("xyz\t\\\\xffff\n"));
    assertThat(rows.get(0)).containsExactly(new Utf8("abc"), ByteBuffer.wrap(new byte[] {1, 2}));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomRowsAreReadHoweverTheyAreCut(long seed) {
    Random random = new Random(seed);
    RowCodec codec = codec(BIGINT, TEXT, BYTEA, DOUBLE, TEXT);
    List<Object[]> rows = new ArrayList<>();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < 500; i++) {
      Object[] row = CopyTextRows.random(random);
      CopyTextRows.write(row, random, text);
      rows.add(row);
    }
    List<Object[]> read = parse(codec, cut(text.toByteArray(), random));
    assertThat(read).as("seed %d", seed).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(read.get(i)).as("seed %d, row %d", seed, i).containsExactly(rows.get(i));
    }
  }

  private static byte[][] cut(byte[] text, Random random) {
    List<byte[]> chunks = new ArrayList<>();
    for (int from = 0; from < text.length; ) {
      int to = Math.min(text.length, from + random.nextInt(random.nextBoolean() ? 4 : 400));
      chunks.add(Arrays.copyOfRange(text, from, to));
      from = to;
    }
    return chunks.toArray(byte[][]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1\n", // a column too few
        "1\ta\tb\n", // one too many
        "\n",
        "1\ta", // ends within a row
        "1\t\\q\n", // no escape
        "1\t\\x\n", // no digits
        "1\t\\xg\n",
        "1\tabc\\\n", // ends within an escape
        "1\\\ta\n", // likewise, before the end of a column
        "1\t\\.\n",
        "\\.\n",
      })
  void whatIsNotInTheFormatIsRefused(String text) {
    assertThatThrownBy(() -> parse(codec(BIGINT, TEXT), bytes(text)))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("public.t")
        .extracting(e -> ((MirrorException) e).code())
        .isEqualTo(ErrorCode.INTERNAL);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void randomBytesAreReadOrRefused(long seed) {
    Random random = new Random(seed);
    RowCodec codec = codec(BIGINT, TEXT, BYTEA, DOUBLE, INTEGER);
    byte[] alphabet = bytes("\\\\\t\t\n0123xN.bft-");
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] text = new byte[random.nextInt(40)];
      for (int j = 0; j < text.length; j++) {
        text[j] =
            random.nextInt(8) == 0
                ? (byte) random.nextInt(256)
                : alphabet[random.nextInt(alphabet.length)];
      }
      try {
        parse(codec, text);
      } catch (MirrorException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }

  @Test
  void aValueThatCannotBeHeldNamesItsColumnAndIsNotShown() {
    RowCodec codec = codec(BIGINT, 1082);
    assertThatThrownBy(() -> parse(codec, bytes("1\tinfinity\n")))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("c1")
        .hasMessageNotContaining("infinity")
        .extracting(e -> ((MirrorException) e).code())
        .isEqualTo(ErrorCode.UNREPRESENTABLE_VALUE);
    assertThatThrownBy(() -> parse(codec(BIGINT, DOUBLE), bytes("1\tsecret\n")))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("c1")
        .hasMessageNotContaining("secret")
        .rootCause()
        .hasMessageNotContaining("secret");
  }
}
