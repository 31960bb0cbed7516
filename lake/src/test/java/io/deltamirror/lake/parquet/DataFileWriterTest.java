package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataFileWriterTest {
  private static final List<DataColumn> EVERY_KIND =
      RandomRows.columns(List.of(ColumnKind.values()));
  private static final DataColumn ID = new DataColumn("col-id", ColumnKind.LONG);
  private static final DataColumn STATUS = new DataColumn("col-status", ColumnKind.TEXT);

  private static final int ROW_GROUP = 4 << 20;
  private static final int DICTIONARY = 1 << 20;

  private final MemoryFiles files = new MemoryFiles();

  @ParameterizedTest
  @EnumSource
  void everyKindComesBackAsWritten(WriterVersion format) throws IOException {
    RandomRows generator = new RandomRows(11);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      Object[] row = new Object[EVERY_KIND.size()];
      for (int column = 0; column < row.length; column++) {
        boolean present = generator.random.nextInt(4) > 0;
        row[column] = present ? generator.value(EVERY_KIND.get(column).kind(), 900) : null;
      }
      rows.add(row);
    }
    DataFileOptions options = new DataFileOptions(3, 100, 1 << 16, format, 0);
    MessageType schema = RandomRows.schema(EVERY_KIND, Type.Repetition.OPTIONAL);

    DataFileStats stats = write("every", schema, List.of(), options, rows);

    assertThat(stats.rows()).isEqualTo(3_000);
    assertThat(stats.length()).isEqualTo(files.content("every").length);
    List<Object[]> read =
        new RowFetcher(files, ReadPattern.DISK)
            .fetch(files.file("every"), EVERY_KIND, LongStream.range(0, 3_000).toArray());
    assertThat(read).usingRecursiveFieldByFieldElementComparator().hasSize(3_000);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(read.get(i)).as("row %d", i).isEqualTo(rows.get(i));
    }
  }

  @Test
  void isReadTheSameWithoutAnyOfThisCode() throws IOException {
    BigInteger wide = new BigInteger("-12345678901234567890123456789012345678");
    Object[] row = {
      -7, Long.MIN_VALUE, wide, true, 1.5f, -2.25, new Utf8("ü\uD83D\uDE00"), bytes(0, 255)
    };
    MessageType schema = RandomRows.schema(EVERY_KIND, Type.Repetition.OPTIONAL);
    write("plain", schema, List.of(), DataFileOptions.DEFAULT, List.<Object[]>of(row));

    try (ParquetFileReader reader = open("plain")) {
      assertThat(reader.getFooter().getFileMetaData().getSchema()).isEqualTo(schema);
      PageReadStore pages = reader.readNextRowGroup();
      RecordReader<Group> records =
          new ColumnIOFactory()
              .getColumnIO(schema)
              .getRecordReader(pages, new GroupRecordConverter(schema));
      Group read = records.read();
      assertThat(read.getInteger(0, 0)).isEqualTo(-7);
      assertThat(read.getLong(1, 0)).isEqualTo(Long.MIN_VALUE);
      assertThat(new BigInteger(read.getBinary(2, 0).getBytes())).isEqualTo(wide);
      assertThat(read.getBoolean(3, 0)).isTrue();
      assertThat(read.getFloat(4, 0)).isEqualTo(1.5f);
      assertThat(read.getDouble(5, 0)).isEqualTo(-2.25);
      assertThat(read.getString(6, 0)).isEqualTo("ü\uD83D\uDE00");
      assertThat(read.getBinary(7, 0).getBytes()).containsExactly(0, 255);
    }
  }

  @Test
  void keyColumnsHaveSmallPagesAndNoDictionary() throws IOException {
    write("layout", keyed(), List.of("col-id"), DataFileOptions.DEFAULT, sequence(10_500));

    try (ParquetFileReader reader = open("layout")) {
      List<ColumnChunkMetaData> chunks = reader.getRowGroups().get(0).getColumns();
      assertThat(chunks)
          .extracting(ColumnChunkMetaData::getCodec)
          .containsOnly(CompressionCodecName.ZSTD);
      assertThat(chunks.get(0).getEncodings()).noneMatch(Encoding::usesDictionary);
      assertThat(chunks.get(1).getEncodings()).anyMatch(Encoding::usesDictionary);
      for (ColumnChunkMetaData chunk : chunks) {
        OffsetIndex pages = reader.readOffsetIndex(chunk);
        assertThat(pages.getPageCount()).isEqualTo(11);
        assertThat(pages.getLastRowIndex(0, 10_500)).isEqualTo(999);
        assertThat(reader.readColumnIndex(chunk)).isNotNull();
        assertThat(reader.readBloomFilter(chunk)).isNull();
      }
      assertThat(reader.getFooter().getFileMetaData().getKeyValueMetaData())
          .containsEntry("delta-mirror.sorted-by", "col-id")
          .doesNotContainKey("parquet.avro.schema");
    }
  }

  @Test
  void keyColumnsHaveBloomFiltersWhenAsked() throws IOException {
    DataFileOptions options =
        new DataFileOptions(1, 1_000, 1 << 26, WriterVersion.PARQUET_1_0, 10_000);
    write("bloom", keyed(), List.of("col-id"), options, sequence(10_000));

    try (ParquetFileReader reader = open("bloom")) {
      List<ColumnChunkMetaData> chunks = reader.getRowGroups().get(0).getColumns();
      var filter = reader.readBloomFilter(chunks.get(0));
      assertThat(filter.findHash(filter.hash(77L))).isTrue();
      assertThat(filter.findHash(filter.hash(-77L))).isFalse();
      assertThat(reader.readBloomFilter(chunks.get(1))).isNull();
    }
  }

  @Test
  void rowGroupsStayNearTheirSizeWhenRowsGrowSuddenly() throws IOException {
    DataFileOptions options =
        new DataFileOptions(1, 1_000, ROW_GROUP, WriterVersion.PARQUET_1_0, 0);
    RandomRows generator = new RandomRows(3);
    List<Object[]> rows = sequence(12_000);
    for (Object[] row : rows.subList(2_000, 12_000)) {
      byte[] large = new byte[1_000];
      generator.random.nextBytes(large);
      row[1] = new Utf8(HexFormat.of().formatHex(large));
    }

    write("groups", keyed(), List.of("col-id"), options, rows);

    try (ParquetFileReader reader = open("groups")) {
      assertThat(reader.getRowGroups())
          .hasSizeBetween(3, 8)
          .extracting(BlockMetaData::getCompressedSize)
          .allMatch(size -> size < ROW_GROUP + DICTIONARY + 150 * 2_100);
    }
  }

  @Test
  void theColumnsOfAWideTableShareTheRoomForDictionaries() throws IOException {
    assertThat(dictionaries(16)).isEqualTo(16);
    assertThat(dictionaries(1_600)).as("a dictionary of 25 kB for each is too much").isZero();
  }

  /** How many columns have a dictionary, where each would fill 25 kB. */
  private long dictionaries(int columns) throws IOException {
    List<DataColumn> texts = RandomRows.columns(Collections.nCopies(columns, ColumnKind.TEXT));
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      Object[] row = new Object[columns];
      Arrays.fill(row, new Utf8("%0100d".formatted(i % 250)));
      rows.add(row);
    }
    write(
        "dictionaries",
        RandomRows.schema(texts, Type.Repetition.OPTIONAL),
        List.of(),
        DataFileOptions.DEFAULT,
        rows);
    try (ParquetFileReader reader = open("dictionaries")) {
      return reader.getRowGroups().get(0).getColumns().stream()
          .filter(chunk -> chunk.getEncodings().stream().anyMatch(Encoding::usesDictionary))
          .count();
    }
  }

  @Test
  void refusesRowsOutOfOrder() throws IOException {
    try (DataFileWriter writer = writer("order", keyed(), List.of("col-id"))) {
      writer.write(new Object[] {5L, null});
      writer.write(new Object[] {5L, null});

      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.write(new Object[] {4L, null}))
          .withMessage("Row 2 sorts before the row written last, by col-id");

      writer.write(new Object[] {6L, null});
      assertThat(writer.finish().rows()).isEqualTo(3);
    }
  }

  @Test
  void refusesAKeyColumnThatMayBeNull() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer("nullable", keyed(), List.of("col-status")))
        .withMessage("Key column col-status is not REQUIRED");
  }

  @Test
  void aFileThatIsNotFinishedCannotBeRead() throws IOException {
    try (DataFileWriter writer = writer("unfinished", keyed(), List.of("col-id"))) {
      for (Object[] row : sequence(5_000)) {
        writer.write(row);
      }
      assertThat(writer.rows()).isEqualTo(5_000);
      assertThat(writer.length()).isPositive();
    }

    assertThat(files.content("unfinished")).hasSizeLessThan(100);
    assertThatThrownBy(() -> open("unfinished")).isInstanceOf(RuntimeException.class);
  }

  @Test
  void refusesValuesThatAreNotOfTheColumnsKind() throws IOException {
    for (Object[] row :
        List.of(new Object[] {1L}, new Object[] {1L, 17L}, new Object[] {1L, "x"})) {
      try (DataFileWriter writer = writer("kinds", keyed(), List.of("col-id"))) {
        assertThatIllegalArgumentException().isThrownBy(() -> writer.write(row));
      }
    }
  }

  @Test
  void aFileCannotBeFinishedAfterAFailedWrite() throws IOException {
    try (DataFileWriter writer = writer("failed", keyed(), List.of())) {
      writer.write(new Object[] {1L, null});
      assertThatThrownBy(() -> writer.write(new Object[] {null, new Utf8("x")}))
          .isInstanceOf(RuntimeException.class);

      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  private DataFileStats write(
      String path,
      MessageType schema,
      List<String> keys,
      DataFileOptions options,
      List<Object[]> rows)
      throws IOException {
    try (DataFileWriter writer = new DataFileWriter(files.output(path), schema, keys, options)) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      return writer.finish();
    }
  }

  private DataFileWriter writer(String path, MessageType schema, List<String> keys)
      throws IOException {
    return new DataFileWriter(files.output(path), schema, keys, DataFileOptions.DEFAULT);
  }

  private ParquetFileReader open(String path) throws IOException {
    DataFile file = files.file(path);
    return ParquetFileReader.open(new FileBytesInput(files.open(file), file.length(), 1 << 16));
  }

  private static MessageType keyed() {
    return new MessageType(
        "row",
        RandomRows.type(ID, Type.Repetition.REQUIRED, 1),
        RandomRows.type(STATUS, Type.Repetition.OPTIONAL, 2));
  }

  private static List<Object[]> sequence(int rows) {
    List<Object[]> sequence = new ArrayList<>();
    for (long i = 0; i < rows; i++) {
      sequence.add(new Object[] {i, i % 9 == 0 ? null : new Utf8("status " + i % 5)});
    }
    return sequence;
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }
}
