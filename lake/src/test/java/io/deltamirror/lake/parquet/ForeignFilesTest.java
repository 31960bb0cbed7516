package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that others wrote, and files that claim to be ours but are laid out differently. */
class ForeignFilesTest {
  private static final DataColumn ID = new DataColumn("id", ColumnKind.LONG);
  private static final List<ColumnKind> KINDS =
      List.of(ColumnKind.TEXT, ColumnKind.LONG, ColumnKind.BINARY);

  private final MemoryFiles files = new MemoryFiles();
  private final ForeignFiles foreign = new ForeignFiles(files);
  private final LocatorCache cache = new LocatorCache(1 << 20);

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"})
  void keysAreFoundInUnsortedNullableDictionaryEncodedFiles(CompressionCodecName codec)
      throws IOException {
    List<DataColumn> columns = RandomRows.columns(KINDS);
    MessageType schema = RandomRows.schema(columns, Type.Repetition.OPTIONAL);
    for (long seed = 1; seed <= 4; seed++) {
      RandomRows generator = new RandomRows(seed);
      List<Object[]> rows = generator.keys(KINDS, List.of(40, 60, 9), 4_000);
      Collections.shuffle(rows, generator.random);
      List<Object[]> wanted = rows.subList(0, 500).stream().map(Object[]::clone).toList();
      for (Object[] row : rows.subList(300, 500)) {
        row[generator.random.nextInt(3)] = null;
      }
      DataFile file =
          foreign.write(
              "foreign-" + seed,
              schema,
              rows,
              builder ->
                  builder
                      .withCompressionCodec(codec)
                      .withRowGroupSize(1L << 13)
                      .withPageRowCountLimit(200));
      Map<Long, Integer> expected = new TreeMap<>();
      LongStream.range(0, 300).forEach(row -> expected.put(row, (int) row));

      assertThat(locate(file, new KeySet(columns, wanted))).as("seed %d", seed).isEqualTo(expected);
      assertThat(locate(foreign.withoutPageIndexes(file), new KeySet(columns, wanted)))
          .as("seed %d, no page index", seed)
          .isEqualTo(expected);
    }
  }

  static Stream<Arguments> oddities() {
    Consumer<ExampleParquetWriter.Builder> dictionary =
        builder -> builder.withDictionaryEncoding(true);
    Consumer<ExampleParquetWriter.Builder> snappy =
        builder ->
            builder.withDictionaryEncoding(false).withCompressionCodec(CompressionCodecName.SNAPPY);
    Consumer<ExampleParquetWriter.Builder> unbounded =
        builder -> builder.withDictionaryEncoding(false).withStatisticsEnabled(false);
    return Stream.of(
        Arguments.of("dictionary", Type.Repetition.REQUIRED, dictionary),
        Arguments.of("snappy", Type.Repetition.REQUIRED, snappy),
        Arguments.of("no bounds", Type.Repetition.REQUIRED, unbounded),
        Arguments.of("nullable", Type.Repetition.OPTIONAL, unbounded));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddities")
  void aFileThatClaimsToBeSortedIsReadWholeUnlessLaidOutAsOurs(
      String name, Type.Repetition repetition, Consumer<ExampleParquetWriter.Builder> settings)
      throws IOException {
    MessageType schema = RandomRows.schema(List.of(ID), repetition);
    DataFile file =
        foreign.write(
            name,
            schema,
            eachTwice(ids(0, 3_000)),
            settings.andThen(ForeignFiles.claimSortedBy("id")));

    assertThat(locate(file, new KeySet(List.of(ID), ids(1_000, 1_010)))).hasSize(20);
    assertThat(cache.index(file)).isEqualTo(KeyIndex.NONE);
    assertThat(locate(foreign.withoutPageIndexes(file), new KeySet(List.of(ID), ids(0, 5))))
        .containsOnlyKeys(LongStream.range(0, 10).boxed().toArray(Long[]::new));
  }

  @Test
  void aFalseClaimThatPageBoundsDisproveIsNotBelieved() throws IOException {
    List<Object[]> rows = ids(0, 3_000);
    Collections.reverse(rows);
    DataFile file =
        foreign.write(
            "reversed",
            RandomRows.schema(List.of(ID), Type.Repetition.REQUIRED),
            rows,
            ForeignFiles.claimSortedBy("id")
                .andThen(
                    builder -> builder.withDictionaryEncoding(false).withPageRowCountLimit(100)));

    assertThat(locate(file, new KeySet(List.of(ID), ids(2_990, 3_000)))).hasSize(10);
    assertThat(cache.index(file)).isEqualTo(KeyIndex.NONE);
  }

  static Stream<Arguments> storedDifferently() {
    LogicalTypeAnnotation decimal9 = LogicalTypeAnnotation.decimalType(2, 9);
    LogicalTypeAnnotation decimal18 = LogicalTypeAnnotation.decimalType(2, 18);
    LogicalTypeAnnotation decimal20 = LogicalTypeAnnotation.decimalType(2, 20);
    LogicalTypeAnnotation millis = LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS);
    ByteBuffer int96 = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    int96.putLong(1_234_567_000L).putInt(2_440_587).flip();
    byte[] minusTwo = {-1, -1, -1, -1, -1, -1, -1, -1, -2};
    return Stream.of(
        Arguments.of(
            ColumnKind.LONG,
            Types.required(PrimitiveTypeName.INT32).as(decimal9).named("c"),
            -5,
            -5L),
        Arguments.of(
            ColumnKind.LONG,
            Types.required(PrimitiveTypeName.INT64).as(millis).named("c"),
            -5L,
            -5_000L),
        Arguments.of(
            ColumnKind.LONG,
            Types.required(PrimitiveTypeName.INT96).named("c"),
            Binary.fromConstantByteBuffer(int96),
            1_234_567L - 86_400_000_000L),
        Arguments.of(
            ColumnKind.LONG,
            Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                .length(9)
                .as(decimal18)
                .named("c"),
            Binary.fromConstantByteArray(minusTwo),
            -2L),
        Arguments.of(
            ColumnKind.DECIMAL,
            Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                .length(9)
                .as(decimal20)
                .named("c"),
            Binary.fromConstantByteArray(minusTwo),
            BigInteger.TWO.negate()),
        Arguments.of(
            ColumnKind.DECIMAL,
            Types.required(PrimitiveTypeName.INT64).as(decimal18).named("c"),
            77L,
            BigInteger.valueOf(77)),
        Arguments.of(
            ColumnKind.DOUBLE, Types.required(PrimitiveTypeName.FLOAT).named("c"), 0.5f, 0.5),
        Arguments.of(
            ColumnKind.TEXT,
            Types.required(PrimitiveTypeName.BINARY).named("c"),
            Binary.fromString("ü"),
            new Utf8("ü")));
  }

  @ParameterizedTest
  @MethodSource("storedDifferently")
  void valuesThatOthersStoreInAnotherTypeAreTheSame(
      ColumnKind kind, PrimitiveType type, Object stored, Object value) throws IOException {
    DataColumn column = new DataColumn("c", kind);
    DataFile file =
        foreign.write(
            "typed",
            new MessageType("row", type),
            List.<Object[]>of(new Object[] {stored}),
            b -> {});

    assertThat(locate(file, new KeySet(List.of(column), List.<Object[]>of(new Object[] {value}))))
        .containsOnlyKeys(0L);
    assertThat(
            new RowFetcher(files, ReadPattern.DISK)
                .fetch(file, List.of(column), new long[] {0})
                .get(0))
        .containsExactly(value);
  }

  @Test
  void aColumnOfAnotherTypeIsAnError() throws IOException {
    DataFile file =
        foreign.write(
            "other", RandomRows.schema(List.of(ID), Type.Repetition.OPTIONAL), ids(0, 3), b -> {});
    KeySet texts =
        new KeySet(
            List.of(new DataColumn("id", ColumnKind.TEXT)),
            List.<Object[]>of(new Object[] {new Utf8("1")}));

    assertThatThrownBy(() -> locate(file, texts))
        .isInstanceOf(MalformedDataFileException.class)
        .hasMessageContaining("Data file other is malformed: Column has the Parquet type");
  }

  private Map<Long, Integer> locate(DataFile file, KeySet keys) throws IOException {
    Map<Long, Integer> hits = new TreeMap<>();
    new RowLocator(files, cache, ReadPattern.DISK)
        .locate(file, keys, (key, row) -> assertThat(hits.put(row, key)).isNull());
    return hits;
  }

  private static List<Object[]> eachTwice(List<Object[]> rows) {
    return rows.stream().flatMap(row -> Stream.of(row, row)).toList();
  }

  private static List<Object[]> ids(long from, long to) {
    List<Object[]> ids = new ArrayList<>();
    for (long id = from; id < to; id++) {
      ids.add(new Object[] {id});
    }
    return ids;
  }
}
