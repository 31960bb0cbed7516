package io.deltamirror.lake.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.util.Utf8;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** Writes Parquet files as other programs would. */
final class ForeignFiles {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final MemoryFiles files;

  ForeignFiles(MemoryFiles files) {
    this.files = files;
  }

  /** Writes rows in any order; {@code settings} chooses codec, dictionary, footer entries. */
  DataFile write(
      String path,
      MessageType schema,
      List<Object[]> rows,
      Consumer<ExampleParquetWriter.Builder> settings)
      throws IOException {
    ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(files.output(path))
            .withConf(new PlainParquetConfiguration())
            .withType(schema);
    settings.accept(builder);
    try (ParquetWriter<Group> writer = builder.build()) {
      for (Object[] row : rows) {
        Group group = new SimpleGroup(schema);
        for (int i = 0; i < row.length; i++) {
          add(group, i, row[i]);
        }
        writer.write(group);
      }
    }
    return files.file(path);
  }

  private static void add(Group group, int field, Object value) {
    if (value instanceof Integer number) {
      group.add(field, (int) number);
    } else if (value instanceof Long number) {
      group.add(field, (long) number);
    } else if (value instanceof Boolean bool) {
      group.add(field, (boolean) bool);
    } else if (value instanceof Float number) {
      group.add(field, (float) number);
    } else if (value instanceof Double number) {
      group.add(field, (double) number);
    } else if (value instanceof Utf8 text) {
      group.add(field, text.toString());
    } else if (value instanceof ByteBuffer bytes) {
      group.add(field, Binary.fromReusedByteBuffer(bytes.duplicate()));
    } else if (value instanceof Binary binary) {
      group.add(field, binary);
    } else if (value != null) {
      throw new IllegalArgumentException(value.getClass().toString());
    }
  }

  /** Says of a file that it is sorted, whether it is or not. */
  static Consumer<ExampleParquetWriter.Builder> claimSortedBy(String column) {
    return builder -> builder.withExtraMetaData(Map.of(SortColumns.ENTRY, column));
  }

  /** Drops the page indexes from the footer, as files of older writers have none. */
  DataFile withoutPageIndexes(DataFile file) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(files.content(file.path())).order(ByteOrder.LITTLE_ENDIAN);
    int footerLength = content.getInt(content.limit() - 8);
    int footerStart = content.limit() - 8 - footerLength;
    FileMetaData footer =
        Util.readFileMetaData(
            new ByteArrayInputStream(files.content(file.path()), footerStart, footerLength));
    footer.getRow_groups().stream()
        .flatMap(group -> group.getColumns().stream())
        .forEach(ForeignFiles::dropPageIndex);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(files.content(file.path()), 0, footerStart);
    Util.writeFileMetaData(footer, changed);
    int length = changed.size() - footerStart;
    changed.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array());
    changed.write(MAGIC);
    return files.put(file.path() + "-unindexed", changed.toByteArray());
  }

  private static void dropPageIndex(ColumnChunk chunk) {
    chunk.unsetColumn_index_offset();
    chunk.unsetColumn_index_length();
    chunk.unsetOffset_index_offset();
    chunk.unsetOffset_index_length();
  }
}
