package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.filter2.columnindex.RowRanges;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads some columns of one open file, whoever wrote it, in the representation of rows. A column
 * that the file does not have is null. For one thread.
 */
final class RowReader {
  private final ParquetFileReader reader;
  private final MessageType schema;
  private final ColumnDescriptor[] descriptors;
  private final ValueReader[] valueReaders;

  RowReader(ParquetFileReader reader, List<DataColumn> columns) {
    this.reader = reader;
    FileMetaData metadata = reader.getFooter().getFileMetaData();
    descriptors = new ColumnDescriptor[columns.size()];
    valueReaders = new ValueReader[columns.size()];
    List<Type> present = new ArrayList<>();
    for (int i = 0; i < descriptors.length; i++) {
      DataColumn column = columns.get(i);
      if (!metadata.getSchema().containsField(column.name())) {
        continue;
      }
      Type type = metadata.getSchema().getType(column.name());
      if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
        throw new ParquetDecodingException("Column " + column.name() + " is nested or repeated");
      }
      descriptors[i] = metadata.getSchema().getColumnDescription(new String[] {column.name()});
      valueReaders[i] = ValueReader.of(column.kind(), type.asPrimitiveType());
      if (present.contains(type)) {
        throw new IllegalArgumentException("Column " + column.name() + " is given twice");
      }
      present.add(type);
    }
    schema = new MessageType(metadata.getSchema().getName(), present);
    reader.setRequestedSchema(schema);
  }

  /** Whether the file has none of the columns. */
  boolean allMissing() {
    return schema.getFieldCount() == 0;
  }

  /** All rows of a row group. */
  Cursor rowGroup(int ordinal) throws IOException {
    return new Cursor(reader.readRowGroup(ordinal), false);
  }

  /**
   * The rows of a row group from one on, up to but not including another; the whole row group when
   * the file has no page indexes.
   */
  Cursor stretch(int ordinal, long from, long to) throws IOException {
    return rows(ordinal, LongStream.range(from, to).toArray());
  }

  /**
   * The given rows of a row group; of the others, no more is read than shares a page with one of
   * them, provided that the file has page indexes.
   *
   * @param rows ascending positions in the row group
   */
  Cursor rows(int ordinal, long[] rows) throws IOException {
    BlockMetaData block = reader.getRowGroups().get(ordinal);
    boolean indexed =
        block.getColumns().stream()
            .filter(chunk -> schema.containsPath(chunk.getPath().toArray()))
            .allMatch(chunk -> chunk.getOffsetIndexReference() != null);
    if (!indexed || rows.length == block.getRowCount()) {
      return rowGroup(ordinal);
    }
    RowRanges.Builder ranges = RowRanges.builder();
    for (long row : rows) {
      ranges.addSelectedRow(row);
    }
    PageReadStore pages = reader.readFilteredRowGroup(ordinal, ranges.build());
    return new Cursor(new SelectedRows(pages, rows), true);
  }

  /** Reads the values of ascending rows of one row group. */
  final class Cursor implements AutoCloseable {
    private final PageReadStore pages;
    private final boolean filtered;
    private final ColumnReader[] columns = new ColumnReader[descriptors.length];
    private long position;
    private boolean started;

    private Cursor(PageReadStore pages, boolean filtered) {
      this.pages = pages;
      this.filtered = filtered;
      ColumnReadStoreImpl store =
          new ColumnReadStoreImpl(
              pages,
              new NoConverter(),
              schema,
              reader.getFooter().getFileMetaData().getCreatedBy());
      for (int i = 0; i < columns.length; i++) {
        if (descriptors[i] != null) {
          columns[i] = store.getColumnReader(descriptors[i]);
        }
      }
    }

    /**
     * Fills in one value per column.
     *
     * @param row position in the row group; with {@link RowReader#rows}, each of the given rows in
     *     its turn
     */
    void read(long row, Object[] into) {
      long steps = filtered ? (started ? 1 : 0) : row - position;
      for (int i = 0; i < columns.length; i++) {
        into[i] = columns[i] == null ? null : value(i, steps);
      }
      position = row;
      started = true;
    }

    /** Steps before the value and not after it, as after the last row there is nowhere to go. */
    private Object value(int column, long steps) {
      ColumnReader values = columns[column];
      for (long i = 0; i < steps; i++) {
        if (isPresent(column)) {
          values.skip();
        }
        values.consume();
      }
      return isPresent(column) ? valueReaders[column].read(values) : null;
    }

    private boolean isPresent(int column) {
      return columns[column].getCurrentDefinitionLevel()
          == descriptors[column].getMaxDefinitionLevel();
    }

    @Override
    public void close() {
      pages.close();
    }
  }

  /** Values are pulled from the column readers, so nothing is ever pushed to a converter. */
  private static final class NoConverter extends GroupConverter {
    @Override
    public Converter getConverter(int fieldIndex) {
      return new PrimitiveConverter() {};
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
