package io.deltamirror.lake.parquet;

import java.util.Objects;

/**
 * A column of a data file.
 *
 * @param name physical name: the column's name in the Parquet file
 * @param kind how its values are held in a row
 */
public record DataColumn(String name, ColumnKind kind) {
  public DataColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
  }
}
