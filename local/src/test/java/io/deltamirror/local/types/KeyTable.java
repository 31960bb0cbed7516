package io.deltamirror.local.types;

import io.deltamirror.core.schema.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table whose primary key is of a type: half of the type's values are keys of the copy, the rest
 * come later; then rows are changed, deleted, and given other keys.
 */
record KeyTable(TableName name, TypeValues type) {
  /** No operator class: no key of this type. */
  private static final String NO_OPERATORS = "42704";

  /** Longer than an index takes. */
  private static final String TOO_LONG = "54000";

  private static final String NOT_THE_TYPES_VALUE = "22P02";

  /** Of two values that PostgreSQL holds for equal. */
  private static final String THERE_ALREADY = "23505";

  /** Makes it with its first rows, if the type can be a key at all. */
  static Optional<KeyTable> create(TypeValues type, HostileSource source) throws SQLException {
    KeyTable table = new KeyTable(new TableName("keys", type.label()), type);
    boolean made =
        source.attempt(
            "CREATE TABLE " + table.qualified() + " (v " + type + " PRIMARY KEY, n integer)",
            NO_OPERATORS);
    if (!made) {
      return Optional.empty();
    }
    table.insert(source, 0);
    return Optional.of(table);
  }

  private String qualified() {
    return "keys.\"" + name.name() + '"';
  }

  private List<String> values() {
    List<String> values = new ArrayList<>(type.fitting());
    values.addAll(type.unfit());
    return values;
  }

  private void insert(HostileSource source, int from) throws SQLException {
    List<String> values = values();
    for (int i = from; i < values.size(); i += 2) {
      source.attempt(
          "INSERT INTO "
              + qualified()
              + " VALUES ("
              + type.cast(values.get(i))
              + ", "
              + i
              + ") ON CONFLICT DO NOTHING",
          TOO_LONG,
          NOT_THE_TYPES_VALUE);
    }
  }

  /** Changes through the WAL; how many rows got another key by an UPDATE. */
  int change(HostileSource source) throws SQLException {
    insert(source, 1);
    source.run(
        "UPDATE " + qualified() + " SET n = n + 100",
        "DELETE FROM " + qualified() + " WHERE n % 4 = 1",
        // A key that goes away and comes back.
        "WITH gone AS (DELETE FROM "
            + qualified()
            + " WHERE n % 4 = 2 RETURNING v, n) SELECT"
            + " FROM gone",
        "UPDATE " + qualified() + " SET n = n + 1000");
    int moved = move(source);
    insert(source, 0);
    return moved;
  }

  /** Whether it has a key that can change into another one. */
  boolean hasSeveralKeys() {
    return values().size() > 1;
  }

  /** Gives rows that are left the keys of such as were deleted. */
  private int move(HostileSource source) throws SQLException {
    List<String> values = values();
    int moved = 0;
    for (int to = 1; to < values.size(); to += 4) {
      moved +=
          source.update(
              "UPDATE "
                  + qualified()
                  + " SET v = "
                  + type.cast(values.get(to))
                  + " WHERE n = "
                  + (1100 + to - 1),
              THERE_ALREADY,
              TOO_LONG,
              NOT_THE_TYPES_VALUE);
    }
    return moved;
  }
}
