package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.filter2.columnindex.RowRanges;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.ColumnIndexStore;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads some columns of one open file, whoever wrote it, in the representation of rows. A column
 * that the file does not have is null. For one thread.
 */
final class RowReader {
  private final ParquetFileReader reader;
  private final MessageType file;
  private final MessageType schema;
  private final ColumnShape[] shapes;
  private final ValueReader[] valueReaders;

  RowReader(ParquetFileReader reader, List<DataColumn> columns) {
    this.reader = reader;
    file = reader.getFooter().getFileMetaData().getSchema();
    shapes = new ColumnShape[columns.size()];
    valueReaders = new ValueReader[columns.size()];
    List<Type> present = new ArrayList<>();
    for (int i = 0; i < shapes.length; i++) {
      DataColumn column = columns.get(i);
      if (!file.containsField(column.name())) {
        continue;
      }
      Type type = file.getType(column.name());
      shapes[i] = ColumnShape.of(type);
      if (shapes[i].depth() != column.depth()) {
        throw new ParquetDecodingException(
            "Column %s is %d lists deep, not %d"
                .formatted(column.name(), shapes[i].depth(), column.depth()));
      }
      valueReaders[i] = ValueReader.of(column.kind(), shapes[i].leaf());
      present.add(type);
    }
    if (present.stream().map(Type::getName).distinct().count() < present.size()) {
      throw new IllegalArgumentException("A column is given twice");
    }
    schema = new MessageType(file.getName(), present);
    reader.setRequestedSchema(schema);
  }

  /** Whether the file has none of the columns. */
  boolean allMissing() {
    return schema.getFieldCount() == 0;
  }

  /** Whether rows can be read without reading their whole row group. */
  boolean isIndexed(int ordinal) {
    return reader.getRowGroups().get(ordinal).getColumns().stream()
        .filter(chunk -> schema.containsPath(chunk.getPath().toArray()))
        .allMatch(chunk -> chunk.getOffsetIndexReference() != null);
  }

  /** Where the columns' pages of a row group lie, which is {@link #isIndexed indexed}. */
  List<OffsetIndex> pages(int ordinal) {
    ColumnIndexStore indexes = reader.getColumnIndexStore(ordinal);
    return reader.getRowGroups().get(ordinal).getColumns().stream()
        .filter(chunk -> schema.containsPath(chunk.getPath().toArray()))
        .map(chunk -> indexes.getOffsetIndex(chunk.getPath()))
        .toList();
  }

  /** All rows of a row group. */
  Cursor rowGroup(int ordinal) throws IOException {
    return new Cursor(reader.readRowGroup(ordinal), Long.MAX_VALUE);
  }

  /**
   * The given rows of a row group; of the others, no more is read than shares a page with one of
   * them, provided that the file has page indexes.
   *
   * @param rows ascending positions in the row group
   */
  Cursor rows(int ordinal, long[] rows) throws IOException {
    BlockMetaData block = reader.getRowGroups().get(ordinal);
    if (!isIndexed(ordinal) || rows.length == block.getRowCount()) {
      return rowGroup(ordinal);
    }
    RowRanges.Builder ranges = RowRanges.builder();
    for (long row : rows) {
      ranges.addSelectedRow(row);
    }
    PageReadStore pages = reader.readFilteredRowGroup(ordinal, ranges.build());
    return new Cursor(new SelectedRows(pages, rows), rows.length);
  }

  /** Reads the values of ascending rows of one row group. */
  final class Cursor implements AutoCloseable {
    private final PageReadStore pages;
    private final ColumnCursor[] columns = new ColumnCursor[shapes.length];
    private final long rows;
    private long read;
    private long next;

    private Cursor(PageReadStore pages, long rows) {
      this.pages = pages;
      this.rows = rows;
      ColumnReadStoreImpl store =
          new ColumnReadStoreImpl(
              pages,
              new NoConverter(schema),
              schema,
              reader.getFooter().getFileMetaData().getCreatedBy());
      for (int i = 0; i < columns.length; i++) {
        if (shapes[i] != null) {
          columns[i] =
              new ColumnCursor(
                  store.getColumnReader(file.getColumnDescription(shapes[i].path())),
                  shapes[i],
                  valueReaders[i]);
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
      long skipped = row - next;
      if (pages instanceof SelectedRows selected) {
        skipped = 0;
        if (++read == rows) {
          selected.atLast();
        }
      }
      for (int i = 0; i < columns.length; i++) {
        into[i] = columns[i] == null ? null : columns[i].read(skipped);
      }
      next = row + 1;
    }

    @Override
    public void close() {
      pages.close();
    }
  }

  /** Values are pulled from the column readers, so nothing is ever pushed to a converter. */
  private static final class NoConverter extends GroupConverter {
    private final GroupType type;

    NoConverter(GroupType type) {
      this.type = type;
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      Type field = type.getType(fieldIndex);
      return field.isPrimitive()
          ? new PrimitiveConverter() {}
          : new NoConverter(field.asGroupType());
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
