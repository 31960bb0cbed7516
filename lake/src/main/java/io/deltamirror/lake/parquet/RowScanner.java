package io.deltamirror.lake.parquet;

import io.deltamirror.lake.parquet.Stretches.Stretch;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Reads all rows of a data file in a stream, whoever wrote it. A stretch of pages is held at a
 * time, of {@value #STRETCH_BYTES} bytes in the file, or twice the pages of a single row where they
 * are so large; a whole row group only where the file has no page index. Thread-safe.
 */
public final class RowScanner {
  private static final long STRETCH_BYTES = 8 << 20;

  private final ParquetFiles files;

  public RowScanner(FileOpener opener, ReadPattern pattern) {
    files = new ParquetFiles(opener, pattern);
  }

  /** Takes the rows of a file. */
  @FunctionalInterface
  public interface RowSink {
    /**
     * Takes a row.
     *
     * @param position in the file, counted from 0
     * @param values one per column, for the sink to keep; they are never used again
     */
    void row(long position, Object[] values) throws IOException;
  }

  /**
   * Gives each row to the sink, in the order of the file, also those that a deletion vector hides.
   *
   * @param columns each at most once; one that the file does not have is null in every row
   * @throws MalformedDataFileException when a column is not there as asked for, too; the sink may
   *     have got rows before that
   */
  public void scan(DataFile file, List<DataColumn> columns, RowSink sink) throws IOException {
    try {
      files.read(
          file,
          reader -> {
            scan(reader, columns, sink);
            return null;
          });
    } catch (SinkFailure e) {
      throw e.unchecked;
    }
  }

  private static void scan(ParquetFileReader reader, List<DataColumn> columns, RowSink sink)
      throws IOException {
    RowReader rowReader = new RowReader(reader, columns);
    if (rowReader.allMissing()) {
      for (long row = 0; row < reader.getRecordCount(); row++) {
        deliver(row, new Object[columns.size()], sink);
      }
      return;
    }
    List<BlockMetaData> rowGroups = reader.getRowGroups();
    long firstRow = 0;
    for (int i = 0; i < rowGroups.size(); i++) {
      long rows = rowGroups.get(i).getRowCount();
      for (Stretch stretch : stretches(rowReader, i, rows)) {
        scan(rowReader, i, stretch, columns.size(), firstRow, sink);
      }
      firstRow += rows;
    }
  }

  private static List<Stretch> stretches(RowReader reader, int rowGroup, long rows) {
    return reader.isIndexed(rowGroup)
        ? new Stretches(reader.pages(rowGroup), rows, STRETCH_BYTES).all()
        : List.of(new Stretch(0, rows));
  }

  private static void scan(
      RowReader reader, int rowGroup, Stretch stretch, int columns, long firstRow, RowSink sink)
      throws IOException {
    long[] rows = LongStream.range(stretch.from(), stretch.to()).toArray();
    try (RowReader.Cursor cursor = reader.rows(rowGroup, rows)) {
      for (long row : rows) {
        Object[] values = new Object[columns];
        cursor.read(row, values);
        deliver(firstRow + row, values, sink);
      }
    }
  }

  /** What the sink throws says nothing about the file. */
  private static void deliver(long position, Object[] values, RowSink sink) throws IOException {
    try {
      sink.row(position, values);
    } catch (RuntimeException e) {
      throw new SinkFailure(e);
    }
  }

  private static final class SinkFailure extends IOException {
    private static final long serialVersionUID = 1L;

    final transient RuntimeException unchecked;

    SinkFailure(RuntimeException unchecked) {
      super(unchecked);
      this.unchecked = unchecked;
    }
  }
}
