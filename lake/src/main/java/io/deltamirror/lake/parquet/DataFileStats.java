package io.deltamirror.lake.parquet;

import java.util.List;

/**
 * What a data file became.
 *
 * @param rows number of rows
 * @param length in bytes
 * @param columns one per column, in the file's order
 */
public record DataFileStats(long rows, long length, List<ColumnStats> columns) {
  public DataFileStats {
    columns = List.copyOf(columns);
  }
}
