package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListsInDataFilesTest {
  private static final List<DataColumn> COLUMNS =
      Stream.of(ColumnKind.values())
          .flatMap(
              kind ->
                  Stream.of(
                      new DataColumn("plain-" + kind, kind),
                      new DataColumn("list-" + kind, kind, 1),
                      new DataColumn("deep-" + kind, kind, 3)))
          .toList();
  private static final DataColumn NUMBERS = new DataColumn("numbers", ColumnKind.INTEGER, 1);

  private final MemoryFiles files = new MemoryFiles();
  private final RowFetcher fetcher = new RowFetcher(files, ReadPattern.DISK);
  private final RowScanner scanner = new RowScanner(files, ReadPattern.DISK);

  @Test
  void listsOfEveryKindComeBackHoweverTheyAreRead() throws IOException {
    for (long seed = 1; seed <= 4; seed++) {
      RandomRows generator = new RandomRows(seed);
      List<Object[]> rows = new ArrayList<>();
      for (int i = 0; i < 1_200; i++) {
        rows.add(COLUMNS.stream().map(column -> generator.nullable(column, 300)).toArray());
      }
      int share = 1 + generator.random.nextInt(300);
      long[] wanted =
          LongStream.range(0, rows.size())
              .filter(row -> generator.random.nextInt(share) == 0)
              .toArray();
      DataFile indexed = write("indexed", COLUMNS, rows, seed % 2 == 0 ? 1 << 16 : 1 << 26);
      DataFile unindexed = new ForeignFiles(files).withoutPageIndexes(indexed);

      for (DataFile file : List.of(indexed, unindexed)) {
        List<Object[]> fetched = fetcher.fetch(file, COLUMNS, wanted);
        List<Object[]> scanned = scan(file, COLUMNS);
        assertThat(fetched).as("seed %d", seed).hasSize(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
          assertThat(fetched.get(i))
              .as("seed %d, row %d of %s", seed, wanted[i], file.path())
              .isEqualTo(rows.get((int) wanted[i]));
        }
        assertThat(scanned).as("seed %d, %s", seed, file.path()).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
          assertThat(scanned.get(i)).as("seed %d, row %d", seed, i).isEqualTo(rows.get(i));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 199, 200, 201, 400})
  void theLastRowsOfAPageHaveTheirOwnListsAndNoOthers(int step) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Object list = i % 5 == 0 ? null : i % 5 == 1 ? List.of() : Arrays.asList(i, null, i + 1);
      rows.add(new Object[] {list});
    }
    DataFile file = write("pages", List.of(NUMBERS), rows, 1 << 26);

    for (int first = 0; first < 1_000; first += 137) {
      for (long last = first; last < 1_000; last += step) {
        long[] wanted = LongStream.of(first, last).distinct().toArray();
        List<Object[]> fetched = fetcher.fetch(file, List.of(NUMBERS), wanted);
        assertThat(fetched.get(0)).as("row %d", first).isEqualTo(rows.get(first));
        assertThat(fetched.get(wanted.length - 1))
            .as("row %d after %d", last, first)
            .isEqualTo(rows.get((int) last));
      }
    }
  }

  @Test
  void onlyThePagesOfTheRowsAreRead() throws IOException {
    RandomRows generator = new RandomRows(1);
    List<Object[]> rows = new ArrayList<>();
    DataColumn column = new DataColumn("bytes", ColumnKind.BINARY, 1);
    for (int i = 0; i < 20_000; i++) {
      byte[] large = new byte[250];
      generator.random.nextBytes(large);
      rows.add(
          new Object[] {List.of(ByteBuffer.wrap(large, 0, 100), ByteBuffer.wrap(large, 100, 150))});
    }
    DataFile file = write("large", List.of(column), rows, 1 << 26);

    List<Object[]> fetched = fetcher.fetch(file, List.of(column), new long[] {4_321, 15_000});

    assertThat(fetched.get(0)).isEqualTo(rows.get(4_321));
    assertThat(fetched.get(1)).isEqualTo(rows.get(15_000));
    assertThat(file.length()).isGreaterThan(4 << 20);
    assertThat(files.bytesRead.get()).isLessThan(1 << 20);
  }

  @Test
  void nullsOfAListColumnAreTheMissingListsAndThereAreNoBounds() throws IOException {
    List<Object[]> rows =
        List.of(
            new Object[] {Arrays.asList(null, 5)},
            new Object[] {List.of()},
            new Object[] {null},
            new Object[] {Arrays.asList((Object) null)});

    try (DataFileWriter writer = writer("nulls", List.of(NUMBERS), 1 << 26)) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      assertThat(writer.finish().columns())
          .containsExactly(new ColumnStats("numbers", null, null, 1));
    }
  }

  @Test
  void listsLieInThreeLevelsWithAFieldIdOnTheColumnAlone() throws IOException {
    DataFile file = write("layout", List.of(NUMBERS), List.<Object[]>of(new Object[] {null}), 1);

    try (ParquetFileReader reader =
        ParquetFileReader.open(new FileBytesInput(files.open(file), file.length(), 1 << 16))) {
      assertThat(reader.getFooter().getFileMetaData().getSchema().getType(0))
          .isEqualTo(
              MessageTypeParser.parseMessageType(
                      "message row { optional group numbers (LIST) = 1 {"
                          + " repeated group list { optional int32 element; } } }")
                  .getType(0));
    }
  }

  @Test
  void refusesWhatIsNoListOfTheKind() throws IOException {
    for (Object value : List.of(5, List.of(5L), List.of(List.of(5)), new Utf8("{5}"))) {
      try (DataFileWriter writer = writer("kinds", List.of(NUMBERS), 1 << 26)) {
        assertThatIllegalArgumentException()
            .as("%s", value)
            .isThrownBy(() -> writer.write(new Object[] {value}));
      }
    }
  }

  @Test
  void aListIsNoKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DataFileWriter(
                    files.output("key"),
                    MessageTypeParser.parseMessageType(
                        "message row { required group numbers (LIST) {"
                            + " repeated group list { optional int32 element; } } }"),
                    List.of("numbers"),
                    DataFileOptions.DEFAULT))
        .withMessage("Key column numbers is a list");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySet(List.of(NUMBERS), List.of()))
        .withMessage("A list is no part of a key");
  }

  @Test
  void aColumnOfAnotherDepthIsRefused() throws IOException {
    DataFile file =
        write("depth", List.of(NUMBERS), List.<Object[]>of(new Object[] {List.of(1)}), 1 << 26);

    for (int depth : new int[] {0, 2}) {
      DataColumn other = new DataColumn("numbers", ColumnKind.INTEGER, depth);
      assertThatThrownBy(() -> fetcher.fetch(file, List.of(other), new long[] {0}))
          .isInstanceOf(MalformedDataFileException.class)
          .hasMessageContaining("Column numbers is 1 lists deep, not " + depth);
    }
  }

  /** The forms of Parquet's compatibility rules, and what Spark, Hive and Avro write. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "repeated int32 element;",
        "repeated int32 array;",
        "repeated group list { optional int32 element; }",
        "repeated group list { required int32 element; }",
        "repeated group bag { optional int32 array_element; }",
      })
  void listsOfOtherWritersAreRead(String items) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message row { optional group numbers (LIST) { " + items + " } }");
    boolean wrapped = items.contains("group");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(files.output("foreign"))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .build()) {
      writer.write(new SimpleGroup(schema));
      Group empty = new SimpleGroup(schema);
      empty.addGroup(0);
      writer.write(empty);
      Group full = new SimpleGroup(schema);
      Group list = full.addGroup(0);
      for (int i = 1; i <= 3; i++) {
        if (wrapped) {
          list.addGroup(0).add(0, i);
        } else {
          list.add(0, i);
        }
      }
      writer.write(full);
    }

    assertThat(scan(files.file("foreign"), List.of(NUMBERS)))
        .containsExactly(
            new Object[] {null}, new Object[] {List.of()}, new Object[] {List.of(1, 2, 3)});
  }

  @Test
  void nestedListsOfOldAvroWritersAreRead() throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message row { optional group numbers (LIST) {"
                + " repeated group array (LIST) { repeated int32 array; } } }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(files.output("avro"))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .build()) {
      Group row = new SimpleGroup(schema);
      Group outer = row.addGroup(0);
      outer.addGroup(0).append("array", 1).append("array", 2);
      outer.addGroup(0);
      writer.write(row);
    }

    assertThat(scan(files.file("avro"), List.of(new DataColumn("numbers", ColumnKind.INTEGER, 2))))
        .containsExactly(new Object[] {List.of(List.of(1, 2), List.of())});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repeated int32 numbers;",
        "optional group numbers { optional int32 element; }",
        "optional group numbers (LIST) { optional int32 element; }",
        "optional group numbers (LIST) { repeated group list {"
            + " optional int32 a; optional int32 b; } }",
        "optional group numbers (MAP) { repeated group key_value {"
            + " required int32 key; optional int32 value; } }",
      })
  void whatIsNoListIsNotTakenForOne(String column) throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType("message row { " + column + " }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(files.output("strange"))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .build()) {
      writer.write(new SimpleGroup(schema));
    }

    assertThatThrownBy(() -> scan(files.file("strange"), List.of(NUMBERS)))
        .isInstanceOf(MalformedDataFileException.class)
        .hasMessageContaining("Column numbers is neither plain nor a list");
  }

  private List<Object[]> scan(DataFile file, List<DataColumn> columns) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    scanner.scan(
        file,
        columns,
        (position, values) -> {
          assertThat(position).isEqualTo(rows.size());
          rows.add(values);
        });
    return rows;
  }

  private DataFile write(
      String path, List<DataColumn> columns, List<Object[]> rows, long rowGroupBytes)
      throws IOException {
    try (DataFileWriter writer = writer(path, columns, rowGroupBytes)) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      writer.finish();
    }
    return files.file(path);
  }

  private DataFileWriter writer(String path, List<DataColumn> columns, long rowGroupBytes)
      throws IOException {
    return new DataFileWriter(
        files.output(path),
        RandomRows.schema(columns, Type.Repetition.OPTIONAL),
        List.of(),
        new DataFileOptions(1, 200, rowGroupBytes, WriterVersion.PARQUET_1_0, 0));
  }
}
