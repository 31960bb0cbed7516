package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Reads columns of single rows of a data file, whoever wrote it. Only the pages that hold the rows
 * are read, or the column chunks of their row groups when the file has no page index. Thread-safe.
 */
public final class RowFetcher {
  private final ParquetFiles files;

  public RowFetcher(FileOpener opener, ReadPattern pattern) {
    files = new ParquetFiles(opener, pattern);
  }

  /**
   * Reads the rows at these positions.
   *
   * @param columns each at most once; one that the file does not have is null in every row
   * @param rows ascending positions in the file, counted from 0; the caller bounds their number, as
   *     all of them are held in memory at once
   * @return for each position the values of the columns
   * @throws MalformedDataFileException when a row or a column is not there as asked for, too
   * @throws IllegalArgumentException when positions are not ascending
   */
  public List<Object[]> fetch(DataFile file, List<DataColumn> columns, long[] rows)
      throws IOException {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || (i > 0 && rows[i] <= rows[i - 1])) {
        throw new IllegalArgumentException("Position " + i + " is out of order: " + rows[i]);
      }
    }
    return rows.length == 0 ? List.of() : files.read(file, reader -> fetch(reader, columns, rows));
  }

  private static List<Object[]> fetch(
      ParquetFileReader reader, List<DataColumn> columns, long[] rows) throws IOException {
    RowReader rowReader = new RowReader(reader, columns);
    List<Object[]> fetched = new ArrayList<>(rows.length);
    List<BlockMetaData> rowGroups = reader.getRowGroups();
    long firstRow = 0;
    for (int i = 0; i < rowGroups.size() && fetched.size() < rows.length; i++) {
      long end = firstRow + rowGroups.get(i).getRowCount();
      long start = firstRow;
      long[] wanted =
          LongStream.of(rows)
              .skip(fetched.size())
              .takeWhile(row -> row < end)
              .map(row -> row - start)
              .toArray();
      if (wanted.length > 0) {
        fetch(rowReader, i, wanted, columns.size(), fetched);
      }
      firstRow = end;
    }
    if (fetched.size() < rows.length) {
      throw new IllegalStateException(
          "it has %d rows, and so no row %d".formatted(firstRow, rows[fetched.size()]));
    }
    return fetched;
  }

  private static void fetch(
      RowReader reader, int rowGroup, long[] rows, int columns, List<Object[]> fetched)
      throws IOException {
    if (reader.allMissing()) {
      for (int i = 0; i < rows.length; i++) {
        fetched.add(new Object[columns]);
      }
      return;
    }
    try (RowReader.Cursor cursor = reader.rows(rowGroup, rows)) {
      for (long row : rows) {
        Object[] values = new Object[columns];
        cursor.read(row, values);
        fetched.add(values);
      }
    }
  }
}
