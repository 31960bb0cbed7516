package io.deltamirror.core.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The shape of a table at a point of the stream: what a row's values mean.
 *
 * @param oid {@code pg_class.oid}: the table's identity within a mirror, kept over a rename
 * @param name schema and name
 * @param columns in the order of a row's values
 * @param identity what the WAL carries of an old row
 */
public record TableSchema(
    long oid, TableName name, List<Column> columns, ReplicaIdentity identity) {
  public TableSchema {
    Objects.requireNonNull(name);
    Objects.requireNonNull(identity);
    columns = List.copyOf(columns);
  }

  /**
   * Indexes into {@link #columns()} of the key's columns, in the key's order; empty without one.
   */
  public int[] keyIndexes() {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).isKey())
        .boxed()
        .sorted(Comparator.comparingInt(i -> columns.get(i).keyOrdinal()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @JsonIgnore
  public boolean hasKey() {
    return columns.stream().anyMatch(Column::isKey);
  }

  /** The values of the key out of a whole row. */
  public static Object[] keyOf(Object[] row, int[] keyIndexes) {
    Object[] key = new Object[keyIndexes.length];
    for (int i = 0; i < key.length; i++) {
      key[i] = row[keyIndexes[i]];
    }
    return key;
  }
}
