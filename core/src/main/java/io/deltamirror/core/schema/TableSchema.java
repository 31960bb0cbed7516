package io.deltamirror.core.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The shape of a table at a point of the stream: what a row's values mean.
 *
 * <p>Its key is what identifies a row in the WAL's old rows: the primary key, or the index of
 * REPLICA IDENTITY USING INDEX; under FULL the primary key, if there is one. A table under FULL
 * without key is a multiset of rows; one with neither is {@link #insertOnly}.
 *
 * @param oid {@code pg_class.oid}: the table's identity within a mirror, kept over a rename
 * @param name schema and name
 * @param columns in the order of a row's values, which is that of their attnums
 * @param identity what the WAL carries of an old row
 * @param attnums the highest attnum that the table ever gave out, also to columns dropped since
 * @param missing by attnum, text of the value that rows from before the column have ({@code
 *     pg_attribute.attmissingval}); only of columns that were added just now
 */
public record TableSchema(
    long oid,
    TableName name,
    List<Column> columns,
    ReplicaIdentity identity,
    int attnums,
    Map<Integer, String> missing) {
  public TableSchema {
    Objects.requireNonNull(name);
    Objects.requireNonNull(identity);
    columns = List.copyOf(columns);
    missing = missing == null ? Map.of() : Map.copyOf(missing);
  }

  /** A table that never had other columns. */
  public TableSchema(long oid, TableName name, List<Column> columns, ReplicaIdentity identity) {
    this(
        oid,
        name,
        columns,
        identity,
        columns.stream().mapToInt(Column::attnum).max().orElse(0),
        Map.of());
  }

  /** The same with other columns. */
  public TableSchema withColumns(List<Column> others) {
    return new TableSchema(oid, name, others, identity, attnums, missing);
  }

  /** The same with the values that old rows have in columns added just now. */
  public TableSchema withMissing(Map<Integer, String> values) {
    return new TableSchema(oid, name, columns, identity, attnums, values);
  }

  /** The columns as in a CREATE TABLE, for people. */
  public String inWords() {
    return columns.stream()
        .map(column -> column.name() + " " + column.typeName())
        .collect(Collectors.joining(", "));
  }

  /** Whether no row is ever known to be changed or deleted: the WAL has no old rows. */
  @JsonIgnore
  public boolean insertOnly() {
    return identity != ReplicaIdentity.FULL && !hasKey();
  }

  /** Whether equal rows count, as nothing but all of its values identifies a row. */
  @JsonIgnore
  public boolean multiset() {
    return identity == ReplicaIdentity.FULL && !hasKey();
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
