package io.deltamirror.lake.parquet;

import java.util.Objects;

/**
 * A column of a data file.
 *
 * @param name physical name: the column's name in the Parquet file
 * @param kind how its values are held in a row; those of a list column are {@code java.util.List}s,
 *     and this is the kind of what the innermost ones hold. Null stands for a missing list or
 *     element
 * @param depth how many lists are within each other; 0 for a column of plain values
 */
public record DataColumn(String name, ColumnKind kind, int depth) {
  public DataColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    if (depth < 0) {
      throw new IllegalArgumentException("Column " + name + " has a depth of " + depth);
    }
  }

  /** A column of plain values. */
  public DataColumn(String name, ColumnKind kind) {
    this(name, kind, 0);
  }

  /** Whether its values are lists; such a column is never part of a key. */
  public boolean isList() {
    return depth > 0;
  }
}
