package io.deltamirror.lake.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Writes rows into one Parquet data file: zstd, statistics, page indexes, and small pages so that
 * {@link RowLocator} finds rows by key with little reading. A file with key columns is sorted by
 * them, and says so in its footer.
 *
 * <p>Memory is bounded by {@link DataFileOptions#rowGroupBytes}, a hundred rows, and dictionaries
 * of up to 32 MB in all, 1 MB per column. For one thread.
 */
public final class DataFileWriter implements Closeable {
  private final MeasuredOutput output;
  private final ParquetWriter<RowRecord> writer;
  private final RowRecord record;
  private final List<String> keyNames;
  private final ColumnKind[] keyKinds;
  private final int[] keyPositions;
  private final Object[] lastKey;
  private final int[] lists;
  private final long[] nullLists;
  private long rows;
  private boolean closed;

  /**
   * Creates the file.
   *
   * @param schema of plain columns and of lists of optional elements, in Parquet's three-level form
   *     with the names {@code list} and {@code element}; column names are the physical ones, with
   *     field ids where Delta wants them
   * @param keyNames the columns that the rows come sorted by, all of them plain and REQUIRED; none
   *     for rows in no order
   * @throws IOException also when the file exists
   */
  public DataFileWriter(
      OutputFile file, MessageType schema, List<String> keyNames, DataFileOptions options)
      throws IOException {
    this.keyNames = List.copyOf(keyNames);
    keyPositions = this.keyNames.stream().mapToInt(schema::getFieldIndex).toArray();
    keyKinds = new ColumnKind[keyPositions.length];
    lastKey = new Object[keyPositions.length];
    for (int i = 0; i < keyPositions.length; i++) {
      Type type = schema.getType(keyPositions[i]);
      if (!type.isRepetition(Type.Repetition.REQUIRED)) {
        throw new IllegalArgumentException("Key column " + type.getName() + " is not REQUIRED");
      }
      if (!type.isPrimitive()) {
        throw new IllegalArgumentException("Key column " + type.getName() + " is a list");
      }
      keyKinds[i] = ColumnKind.of(type.asPrimitiveType());
    }
    nullLists = new long[schema.getFieldCount()];
    lists =
        IntStream.range(0, nullLists.length)
            .filter(i -> !schema.getType(i).isPrimitive())
            .toArray();
    record = new RowRecord(schema);
    output = new MeasuredOutput(file);
    writer =
        new RowWriterBuilder(output, schema, record.getSchema(), this.keyNames, options).build();
  }

  /**
   * Writes a row. The array may be used again afterwards, but not the key values in it.
   *
   * @throws UnsortedRowsException when the row sorts before the one written last
   * @throws IllegalArgumentException when its values are not those that the columns want
   */
  public void write(Object[] row) throws IOException {
    record.of(row);
    checkOrder(row);
    writer.write(record);
    for (int list : lists) {
      if (row[list] == null) {
        nullLists[list]++;
      }
    }
    rows++;
  }

  private void checkOrder(Object[] row) {
    int order = rows == 0 ? -1 : 0;
    for (int i = 0; i < keyKinds.length; i++) {
      Object value = row[keyPositions[i]];
      if (order == 0) {
        order = keyKinds[i].compare(lastKey[i], value);
      }
      if (order > 0) {
        throw new UnsortedRowsException(
            "Row " + rows + " sorts before the row written last, by " + keyNames.get(i));
      }
      lastKey[i] = value;
    }
  }

  /** Rows written so far. */
  public long rows() {
    return rows;
  }

  /** Approximate length of the file if it ended here, in bytes. */
  public long length() {
    return writer.getDataSize();
  }

  /**
   * Completes and closes the file.
   *
   * @throws IllegalStateException when a row could not be written: the file is without footer then
   */
  public DataFileStats finish() throws IOException {
    closed = true;
    try (Closeable stream = output::close) {
      writer.close();
    }
    return FooterStats.of(writer.getFooter(), output.length(), nullLists);
  }

  /** Gives the file up unless it is finished: it stays without footer, so nobody can read it. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      output.abandon();
      try (Closeable stream = output::close) {
        writer.close();
      }
    }
  }
}
