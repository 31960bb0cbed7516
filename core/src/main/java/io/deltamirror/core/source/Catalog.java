package io.deltamirror.core.source;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.TypeOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the source's catalog says of its tables. Stateless; uses the connection it is given. */
public final class Catalog {

  /**
   * A table and what decides whether it can be mirrored.
   *
   * @param schema its columns as far as the WAL carries them, in attnum order
   * @param relkind {@code pg_class.relkind}
   * @param relpersistence {@code pg_class.relpersistence}
   * @param rows the planner's estimate, -1 when it never looked
   * @param pages heap pages at the last look
   * @param omitted names of generated columns, which the WAL does not carry
   * @param insertOnly why nothing identifies a row in the WAL, where that is so
   * @param filenode {@code pg_class.relfilenode}, as the connection's snapshot sees it; a rewrite
   *     or a TRUNCATE gives it another one
   * @param storage where its rows are
   * @param missing by attnum, the value of rows that are older than the column, as text
   * @param access whether this connection's role may read all its rows
   */
  public record SourceTable(
      TableSchema schema,
      char relkind,
      char relpersistence,
      long rows,
      long pages,
      List<String> omitted,
      Optional<String> insertOnly,
      long filenode,
      RowStorage storage,
      Map<Integer, String> missing,
      Access access) {}

  /** What a role may read of a table. */
  public enum Access {
    READABLE,
    /** Without USAGE on its schema or SELECT on it. */
    DENIED,
    /** Row-level security would hide rows; we ask for an error instead of that. */
    ROW_SECURITY
  }

  /** What is of a table is computed once for it, not once for each of its columns. */
  private static final String TABLES =
      """
      WITH tables AS MATERIALIZED (
        SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident,
               c.reltuples::bigint AS rows, c.relpages, i.indkey, i.indnkeyatts,
               EXISTS (SELECT FROM pg_attribute g
                       WHERE g.attrelid = c.oid AND g.attgenerated <> '' AND NOT g.attisdropped)
                 AS generated,
               c.relfilenode::bigint AS filenode,
               CASE WHEN NOT (has_schema_privilege(n.oid, 'USAGE')
                              AND has_table_privilege(c.oid, 'SELECT')) THEN 'DENIED'
                    WHEN row_security_active(c.oid) THEN 'ROW_SECURITY'
                    ELSE 'READABLE' END AS access,
               coalesce(NOT i.indimmediate, false) AS deferrable_key
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND NOT c.relispartition
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
          AND (? = 0 OR c.oid = ?))
      SELECT t.oid, nspname, relname, relkind, relpersistence, relreplident, rows, relpages,
             a.attnum, a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod),
             CASE WHEN array_position(indkey::int2[], a.attnum) < indnkeyatts
                  THEN array_position(indkey::int2[], a.attnum) ELSE -1 END,
             generated, filenode, access, deferrable_key
      FROM tables t
      LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                              AND a.attgenerated = ''
      ORDER BY nspname, relname, a.attnum
      """;

  private final Connection connection;
  private final TypeOptions types;

  /** With types as they are carried by default. */
  public Catalog(Connection connection) {
    this(connection, TypeOptions.DEFAULT);
  }

  public Catalog(Connection connection, TypeOptions types) {
    this.connection = connection;
    this.types = types;
  }

  /** All tables and what looks like one, partitions left out, by name. */
  public List<SourceTable> tables() throws SQLException {
    return read(0);
  }

  /** One table, or empty when it is gone. */
  public Optional<SourceTable> table(long oid) throws SQLException {
    return read(oid).stream().findFirst();
  }

  private List<SourceTable> read(long oid) throws SQLException {
    Map<Long, Draft> drafts = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(TABLES)) {
      select.setLong(1, oid);
      select.setLong(2, oid);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long table = row.getLong(1);
          if (!drafts.containsKey(table)) {
            drafts.put(table, Draft.of(row));
          }
          drafts.get(table).addColumn(row);
        }
      }
    }
    return drafts.values().stream().map(Draft::table).toList();
  }

  private record Draft(
      long oid,
      TableName name,
      char relkind,
      char relpersistence,
      ReplicaIdentity identity,
      long rows,
      long pages,
      boolean generatedColumns,
      boolean deferrableKey,
      long filenode,
      Access access,
      List<Column> columns) {

    static Draft of(ResultSet row) throws SQLException {
      return new Draft(
          row.getLong(1),
          new TableName(row.getString(2), row.getString(3)),
          row.getString(4).charAt(0),
          row.getString(5).charAt(0),
          ReplicaIdentity.of(row.getString(6).charAt(0)),
          row.getLong(7),
          row.getLong(8),
          row.getBoolean(15),
          row.getBoolean(18),
          row.getLong(16),
          Access.valueOf(row.getString(17)),
          new ArrayList<>());
    }

    void addColumn(ResultSet row) throws SQLException {
      int attnum = row.getInt(9);
      if (row.wasNull()) {
        return; // a table without columns
      }
      columns.add(
          new Column(
              attnum,
              row.getString(10),
              (int) row.getLong(11),
              row.getInt(12),
              row.getString(13),
              row.getInt(14) + 1)); // an int2vector counts from 0, array_position says so too
    }

    SourceTable table() {
      return new SourceTable(
          new TableSchema(oid, name, columns, identity),
          relkind,
          relpersistence,
          rows,
          pages,
          List.of(),
          Optional.empty(),
          filenode,
          RowStorage.UNKNOWN,
          Map.of(),
          access);
    }
  }
}
