package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The types of one table's columns as the source's catalog has them. Immutable. */
final class SourceTypes {
  /**
   * The columns' types, what their domains are made of and what is in their arrays. An array is
   * what its element names as its array: oidvector and point have elements too, but other text.
   */
  private static final String TYPES =
      """
      WITH RECURSIVE used (oid) AS (
        SELECT atttypid FROM pg_attribute
        WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped
        UNION
        SELECT inner_type.oid
        FROM used JOIN pg_type t ON t.oid = used.oid,
             LATERAL (VALUES (t.typbasetype), (t.typelem)) AS inner_type (oid)
        WHERE inner_type.oid <> 0)
      SELECT t.oid, t.typname, t.typbasetype, t.typtypmod, t.typdelim,
             CASE WHEN e.typarray = t.oid THEN e.oid ELSE 0 END,
             n.nspname = 'pg_catalog' OR t.typtype <> 'b' OR coalesce(e.typarray = t.oid, false),
             format_type(t.oid, -1)
      FROM used
      JOIN pg_type t ON t.oid = used.oid
      JOIN pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_type e ON e.oid = t.typelem
      """;

  private final Map<Integer, Entry> entries;

  private record Entry(
      String name,
      int base,
      int baseTypmod,
      char delimiter,
      int element,
      boolean ownEquality,
      String literal) {}

  private SourceTypes(Map<Integer, Entry> entries) {
    this.entries = Map.copyOf(entries);
  }

  static SourceTypes read(Connection connection, long table) throws SQLException {
    Map<Integer, Entry> entries = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(TYPES)) {
      select.setLong(1, table);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          entries.put(
              (int) row.getLong(1),
              new Entry(
                  row.getString(2),
                  (int) row.getLong(3),
                  row.getInt(4),
                  row.getString(5).charAt(0),
                  (int) row.getLong(6),
                  row.getBoolean(7),
                  row.getString(8)));
        }
      }
    }
    return new SourceTypes(entries);
  }

  /** The type of a column without its domains. */
  SourceType of(Column column) {
    return of(column.typeOid(), column.typmod());
  }

  private SourceType of(int oid, int typmod) {
    Entry entry = entries.get(oid);
    if (entry == null) {
      throw new CannotTellException("the type of one of its columns is gone from the source");
    }
    if (entry.base() != 0) {
      // A domain's own modifier is that of what it is made of; a column of it has none.
      return of(entry.base(), entry.baseTypmod());
    }
    Optional<SourceType> element =
        entry.element() == 0 ? Optional.empty() : Optional.of(of(entry.element(), typmod));
    return new SourceType(
        oid,
        entry.name(),
        typmod,
        entry.literal(),
        entry.delimiter(),
        entry.ownEquality(),
        element);
  }
}
