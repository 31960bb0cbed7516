package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;

class RowFetcherTest {
  private static final List<DataColumn> COLUMNS = RandomRows.columns(List.of(ColumnKind.values()));
  private static final int ROWS = 5_000;
  private static final int TEXT = List.of(ColumnKind.values()).indexOf(ColumnKind.TEXT);

  private final MemoryFiles files = new MemoryFiles();
  private final RowFetcher fetcher = new RowFetcher(files, ReadPattern.DISK);

  @Test
  void returnsTheValuesOfTheRowsAskedFor() throws IOException {
    for (long seed = 1; seed <= 10; seed++) {
      RandomRows generator = new RandomRows(seed);
      List<Object[]> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        Object[] row = new Object[COLUMNS.size()];
        for (int column = 0; column < row.length; column++) {
          boolean present = generator.random.nextInt(3) > 0;
          row[column] = present ? generator.value(COLUMNS.get(column).kind(), 300) : null;
        }
        rows.add(row);
      }
      int share = 1 + generator.random.nextInt(500);
      long[] wanted =
          LongStream.range(0, ROWS).filter(row -> generator.random.nextInt(share) == 0).toArray();
      DataFile indexed = write("indexed", rows, seed % 2 == 0 ? 1 << 16 : 1 << 26);
      DataFile unindexed = new ForeignFiles(files).withoutPageIndexes(indexed);

      for (DataFile file : List.of(indexed, unindexed)) {
        List<Object[]> fetched = fetcher.fetch(file, COLUMNS, wanted);
        assertThat(fetched).as("seed %d", seed).hasSize(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
          assertThat(fetched.get(i))
              .as("seed %d, row %d of %s", seed, wanted[i], file.path())
              .isEqualTo(rows.get((int) wanted[i]));
        }
      }
    }
  }

  @Test
  void findsALastRowThatIsAloneOnItsPage() throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Object[] row = new Object[COLUMNS.size()];
      row[0] = i;
      rows.add(row);
    }
    DataFile file = write("alone", rows, 1 << 26);

    for (long last = 1; last < 1_000; last++) {
      assertThat(fetcher.fetch(file, COLUMNS.subList(0, 1), new long[] {0, last}))
          .containsExactly(new Object[] {0}, new Object[] {(int) last});
    }
  }

  @Test
  void readsNoMoreThanThePagesOfTheRows() throws IOException {
    RandomRows generator = new RandomRows(1);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] large = new byte[500];
      generator.random.nextBytes(large);
      Object[] row = new Object[COLUMNS.size()];
      row[TEXT] = new Utf8(HexFormat.of().formatHex(large));
      rows.add(row);
    }
    DataFile file = write("large", rows, 1 << 26);
    DataColumn text = COLUMNS.get(TEXT);

    List<Object[]> fetched = fetcher.fetch(file, List.of(text), new long[] {4_321, 15_000});

    assertThat(fetched.get(0)).containsExactly(rows.get(4_321)[TEXT]);
    assertThat(fetched.get(1)).containsExactly(rows.get(15_000)[TEXT]);
    assertThat(file.length()).isGreaterThan(8 << 20);
    assertThat(files.bytesRead.get()).isLessThan(1 << 20);
  }

  @Test
  void aColumnThatTheFileDoesNotHaveIsNull() throws IOException {
    Object[] row = new Object[COLUMNS.size()];
    row[0] = 7;
    DataFile file = write("old", List.of(row, row), 1 << 26);
    DataColumn added = new DataColumn("col-added", ColumnKind.TEXT);

    assertThat(fetcher.fetch(file, List.of(added, COLUMNS.get(0)), new long[] {1}).get(0))
        .containsExactly(null, 7);
    assertThat(fetcher.fetch(file, List.of(added), new long[] {0, 1}))
        .containsExactly(new Object[] {null}, new Object[] {null});
  }

  @Test
  void refusesRowsThatAreNotThere() throws IOException {
    Object[] row = new Object[COLUMNS.size()];
    DataFile file = write("short", List.of(row, row), 1 << 26);

    assertThatThrownBy(() -> fetcher.fetch(file, COLUMNS, new long[] {1, 2}))
        .isInstanceOf(MalformedDataFileException.class)
        .hasMessage("Data file short is malformed: it has 2 rows, and so no row 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fetcher.fetch(file, COLUMNS, new long[] {1, 1}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fetcher.fetch(file, COLUMNS, new long[] {-1}));
    assertThat(fetcher.fetch(file, COLUMNS, new long[0])).isEmpty();
  }

  private DataFile write(String path, List<Object[]> rows, long rowGroupBytes) throws IOException {
    try (DataFileWriter writer =
        new DataFileWriter(
            files.output(path),
            RandomRows.schema(COLUMNS, Type.Repetition.OPTIONAL),
            List.of(),
            new DataFileOptions(1, 200, rowGroupBytes, WriterVersion.PARQUET_1_0, 0))) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      writer.finish();
    }
    return files.file(path);
  }
}
