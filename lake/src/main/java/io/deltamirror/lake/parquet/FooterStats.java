package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Makes a file's statistics of those that Parquet collected for its row groups while writing. Those
 * are exact as long as they have not been through a file: only there are long values left out.
 */
final class FooterStats {
  private FooterStats() {}

  /**
   * @param footer of a writer that has just been closed
   * @param nullLists by column, rows without a list: Parquet counts those without an element, too
   */
  static DataFileStats of(ParquetMetadata footer, long length, long[] nullLists) {
    MessageType schema = footer.getFileMetaData().getSchema();
    List<ColumnStats> columns = new ArrayList<>();
    for (int i = 0; i < schema.getFieldCount(); i++) {
      Type type = schema.getType(i);
      columns.add(
          type.isPrimitive()
              ? column(type.asPrimitiveType(), footer.getBlocks(), i)
              : new ColumnStats(type.getName(), null, null, nullLists[i]));
    }
    long rows = footer.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
    return new DataFileStats(rows, length, columns);
  }

  private static ColumnStats column(PrimitiveType type, List<BlockMetaData> rowGroups, int column) {
    Statistics<?> all = Statistics.createStats(type);
    for (BlockMetaData rowGroup : rowGroups) {
      all.mergeStatistics(rowGroup.getColumns().get(column).getStatistics());
    }
    ColumnKind kind = ColumnKind.of(type);
    boolean bounded = all.hasNonNullValue() && all.getNanCount() <= 0 && kind != ColumnKind.BINARY;
    return new ColumnStats(
        type.getName(),
        bounded ? lower(kind, all) : null,
        bounded ? upper(kind, all) : null,
        all.getNumNulls());
  }

  private static Object lower(ColumnKind kind, Statistics<?> stats) {
    Object min = stats.genericGetMin();
    return switch (kind) {
      case TEXT -> TextBounds.lower(((Binary) min).getBytes());
      case DECIMAL -> new BigInteger(((Binary) min).getBytes());
      case FLOAT -> (Float) min == 0f ? (Object) (-0f) : min;
      case DOUBLE -> (Double) min == 0d ? (Object) (-0d) : min;
      case INTEGER, LONG, BOOLEAN, BINARY -> min;
    };
  }

  private static Object upper(ColumnKind kind, Statistics<?> stats) {
    Object max = stats.genericGetMax();
    return switch (kind) {
      case TEXT -> TextBounds.upper(((Binary) max).getBytes());
      case DECIMAL -> new BigInteger(((Binary) max).getBytes());
      case FLOAT -> (Float) max == 0f ? (Object) 0f : max;
      case DOUBLE -> (Double) max == 0d ? (Object) 0d : max;
      case INTEGER, LONG, BOOLEAN, BINARY -> max;
    };
  }
}
