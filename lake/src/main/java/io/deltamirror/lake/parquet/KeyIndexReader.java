package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Reads the {@link KeyIndex} of one open file. */
final class KeyIndexReader {
  private final ParquetFileReader reader;
  private final DataFile file;

  KeyIndexReader(ParquetFileReader reader, DataFile file) {
    this.reader = reader;
    this.file = file;
  }

  /**
   * Reads the index, or gives {@link KeyIndex#NONE} for a file that does not say it is sorted, or
   * whose key columns are not laid out as {@link DataFileWriter} does
   */
  KeyIndex read() throws IOException {
    FileMetaData metadata = reader.getFooter().getFileMetaData();
    String entry = metadata.getKeyValueMetaData().get(SortColumns.ENTRY);
    if (entry == null) {
      return KeyIndex.NONE;
    }
    List<ColumnDescriptor> descriptors = new ArrayList<>();
    List<DataColumn> columns = new ArrayList<>();
    for (String name : SortColumns.decode(entry)) {
      Optional<PrimitiveType> type = searchable(metadata.getSchema(), name);
      if (type.isEmpty()) {
        return KeyIndex.NONE;
      }
      descriptors.add(metadata.getSchema().getColumnDescription(new String[] {name}));
      columns.add(new DataColumn(name, ColumnKind.of(type.get())));
    }
    return read(columns, descriptors);
  }

  private static Optional<PrimitiveType> searchable(MessageType schema, String name) {
    if (!schema.containsField(name)) {
      return Optional.empty();
    }
    Type type = schema.getType(name);
    if (!type.isPrimitive() || !type.isRepetition(Type.Repetition.REQUIRED)) {
      return Optional.empty();
    }
    PrimitiveType primitive = type.asPrimitiveType();
    for (ColumnKind kind : ColumnKind.values()) {
      if (kind.isStoredAs(primitive)) {
        return KeyValuesBuilder.supports(kind) ? Optional.of(primitive) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private KeyIndex read(List<DataColumn> columns, List<ColumnDescriptor> descriptors)
      throws IOException {
    List<KeyIndex.RowGroup> groups = new ArrayList<>();
    long firstRow = 0;
    for (BlockMetaData block : reader.getRowGroups()) {
      List<KeyPages> keyPages = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        Optional<KeyPages> pages = pages(block, columns.get(i), descriptors.get(i));
        if (pages.isEmpty()) {
          return KeyIndex.NONE;
        }
        keyPages.add(pages.get());
      }
      if (!keyPages.get(0).ascending()) {
        return KeyIndex.NONE;
      }
      groups.add(
          new KeyIndex.RowGroup(
              firstRow, Math.toIntExact(block.getRowCount()), List.copyOf(keyPages)));
      firstRow += block.getRowCount();
    }
    return new KeyIndex(List.copyOf(columns), List.copyOf(groups));
  }

  private Optional<KeyPages> pages(
      BlockMetaData block, DataColumn column, ColumnDescriptor descriptor) throws IOException {
    ColumnChunkMetaData chunk = chunk(block, column.name());
    if (chunk.getValueCount() != block.getRowCount()) {
      throw new ParquetDecodingException(
          "Row group of %d rows has %d values of the required column %s"
              .formatted(block.getRowCount(), chunk.getValueCount(), column.name()));
    }
    ColumnIndex bounds = reader.readColumnIndex(chunk);
    OffsetIndex locations = reader.readOffsetIndex(chunk);
    CompressionCodecName codec = chunk.getCodec();
    boolean readable =
        codec == CompressionCodecName.ZSTD || codec == CompressionCodecName.UNCOMPRESSED;
    if (bounds == null
        || locations == null
        || !readable
        || chunk.hasDictionaryPage()
        || chunk.getEncodings().stream().anyMatch(Encoding::usesDictionary)
        || bounds.getNullPages().contains(true)) {
      return Optional.empty();
    }
    KeyPages pages =
        new KeyPages(
            descriptor,
            column.kind(),
            codec,
            locations,
            block.getRowCount(),
            bounds(column.kind(), bounds.getMinValues()),
            bounds(column.kind(), bounds.getMaxValues()));
    int last = pages.count() - 1;
    if (last >= 0 && pages.offset(last) + pages.size(last) > file.length()) {
      throw new ParquetDecodingException("Page index reaches past the end of the file");
    }
    return Optional.of(pages);
  }

  private static ColumnChunkMetaData chunk(BlockMetaData block, String name) {
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      String[] path = chunk.getPath().toArray();
      if (path.length == 1 && path[0].equals(name)) {
        return chunk;
      }
    }
    throw new ParquetDecodingException("A row group lacks the column " + name);
  }

  private static KeyValues bounds(ColumnKind kind, List<ByteBuffer> values) {
    KeyValuesBuilder builder = new KeyValuesBuilder(kind, values.size());
    values.forEach(builder::addPlain);
    return builder.build();
  }
}
