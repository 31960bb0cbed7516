package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataFileStatsTest {
  private final MemoryFiles files = new MemoryFiles();

  @ParameterizedTest
  @EnumSource(names = {"INTEGER", "LONG", "DECIMAL", "BOOLEAN", "TEXT"})
  void boundsAreThoseOfTheValuesAcrossRowGroups(ColumnKind kind) throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      RandomRows generator = new RandomRows(seed);
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < 4_000; i++) {
        values.add(generator.random.nextInt(5) == 0 ? null : generator.value(kind, 100_000));
      }
      List<Object> present = values.stream().filter(value -> value != null).toList();
      Object min = Collections.min(present, kind::compare);
      Object max = Collections.max(present, kind::compare);

      ColumnStats stats = stats(kind, values.toArray());

      assertThat(stats.nullCount()).as("seed %d", seed).isEqualTo(values.size() - present.size());
      if (kind == ColumnKind.TEXT) {
        assertThat(stats.min())
            .isEqualTo(TextBounds.lower(min.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(stats.max())
            .isEqualTo(TextBounds.upper(max.toString().getBytes(StandardCharsets.UTF_8)));
      } else {
        assertThat(stats.min()).as("seed %d", seed).isEqualTo(min);
        assertThat(stats.max()).as("seed %d", seed).isEqualTo(max);
      }
    }
  }

  @Test
  void boundsHaveTheClassesOfRowValues() throws IOException {
    BigInteger wide = BigInteger.TEN.pow(37).negate();

    assertThat(stats(ColumnKind.INTEGER, 3, -4)).isEqualTo(expected(ColumnKind.INTEGER, -4, 3));
    assertThat(stats(ColumnKind.LONG, 3L, -4L)).isEqualTo(expected(ColumnKind.LONG, -4L, 3L));
    assertThat(stats(ColumnKind.DECIMAL, BigInteger.ONE, wide))
        .isEqualTo(expected(ColumnKind.DECIMAL, wide, BigInteger.ONE));
    assertThat(stats(ColumnKind.BOOLEAN, true, false))
        .isEqualTo(expected(ColumnKind.BOOLEAN, false, true));
    assertThat(stats(ColumnKind.FLOAT, 1.5f, -2f)).isEqualTo(expected(ColumnKind.FLOAT, -2f, 1.5f));
    assertThat(stats(ColumnKind.DOUBLE, 1.5, -2d)).isEqualTo(expected(ColumnKind.DOUBLE, -2d, 1.5));
    assertThat(stats(ColumnKind.TEXT, new Utf8("b"), new Utf8("a")))
        .isEqualTo(expected(ColumnKind.TEXT, new Utf8("a"), new Utf8("b")));
  }

  @Test
  void longTextIsCutToABoundThatHolds() throws IOException {
    Utf8 text = new Utf8("m".repeat(10_000));

    ColumnStats stats = stats(ColumnKind.TEXT, text);

    assertThat(stats.min()).isEqualTo(new Utf8("m".repeat(32)));
    assertThat(stats.max()).isEqualTo(new Utf8("m".repeat(31) + "n"));
  }

  @Test
  void aNanLeavesNoBounds() throws IOException {
    assertThat(stats(ColumnKind.DOUBLE, 1d, Double.NaN, 2d))
        .isEqualTo(expected(ColumnKind.DOUBLE, null, null));
    assertThat(stats(ColumnKind.FLOAT, Float.NaN))
        .isEqualTo(expected(ColumnKind.FLOAT, null, null));
  }

  @Test
  void aZeroBoundHasTheSignThatCoversBothZeros() throws IOException {
    assertThat(stats(ColumnKind.DOUBLE, 0d)).isEqualTo(expected(ColumnKind.DOUBLE, -0d, 0d));
    assertThat(stats(ColumnKind.DOUBLE, -0d)).isEqualTo(expected(ColumnKind.DOUBLE, -0d, 0d));
    assertThat(stats(ColumnKind.FLOAT, -0f)).isEqualTo(expected(ColumnKind.FLOAT, -0f, 0f));
  }

  @Test
  void bytesAndNullsHaveNoBounds() throws IOException {
    assertThat(stats(ColumnKind.BINARY, ByteBuffer.wrap(new byte[] {1})))
        .isEqualTo(expected(ColumnKind.BINARY, null, null));
    assertThat(stats(ColumnKind.LONG, null, null))
        .isEqualTo(new ColumnStats(column(ColumnKind.LONG).name(), null, null, 2));
    assertThat(stats(ColumnKind.LONG)).isEqualTo(expected(ColumnKind.LONG, null, null));
  }

  private static ColumnStats expected(ColumnKind kind, Object min, Object max) {
    return new ColumnStats(column(kind).name(), min, max, 0);
  }

  private static DataColumn column(ColumnKind kind) {
    return RandomRows.column(kind, 0);
  }

  private ColumnStats stats(ColumnKind kind, Object... values) throws IOException {
    DataFileOptions options = new DataFileOptions(1, 50, 1 << 12, WriterVersion.PARQUET_1_0, 0);
    try (DataFileWriter writer =
        new DataFileWriter(
            files.output("stats"),
            RandomRows.schema(List.of(column(kind)), Type.Repetition.OPTIONAL),
            List.of(),
            options)) {
      for (Object[] row : Stream.of(values).map(value -> new Object[] {value}).toList()) {
        writer.write(row);
      }
      return writer.finish().columns().get(0);
    }
  }
}
