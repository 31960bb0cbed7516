package io.deltamirror.core.source;

import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog.Access;
import io.deltamirror.core.source.Catalog.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables of which the catalog of a database in SQL_ASCII has names that are no UTF-8. PostgreSQL
 * refuses to hand these out, and with them the whole answer that they are in: so they are looked
 * for first, and left out of every other question.
 */
final class UnreadableNames {
  /**
   * What PostgreSQL matches with readable names in SQL_ASCII, where each byte is a character
   * (Unicode Standard, table 3-7: "Well-Formed UTF-8 Byte Sequences").
   */
  static final String UTF8 =
      "^([\\x01-\\x7F]|[\\xC2-\\xDF][\\x80-\\xBF]|\\xE0[\\xA0-\\xBF][\\x80-\\xBF]"
          + "|[\\xE1-\\xEC\\xEE\\xEF][\\x80-\\xBF]{2}|\\xED[\\x80-\\x9F][\\x80-\\xBF]"
          + "|\\xF0[\\x90-\\xBF][\\x80-\\xBF]{2}|[\\xF1-\\xF3][\\x80-\\xBF]{3}"
          + "|\\xF4[\\x80-\\x8F][\\x80-\\xBF]{2})*$";

  private static final String OBSTACLE =
      "its name, that of a column or of a column's type, or a column's value in old rows is not in"
          + " UTF-8";

  /** A partition's names are asked for with its root's. */
  private static final String TABLES =
      """
      WITH tables AS (
        SELECT c.oid, coalesce(pg_partition_root(c.oid), c.oid) AS root, n.nspname, c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname NOT LIKE 'pg\\_toast%'),
      unreadable AS (
        SELECT DISTINCT t.root
        FROM tables t CROSS JOIN (SELECT ?::text COLLATE "C" AS utf8) form
        WHERE (? = 0 OR t.root = ?)
          AND (t.nspname !~ utf8 OR t.relname !~ utf8
               OR EXISTS (
                 SELECT FROM pg_attribute a
                 WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                   AND (a.attname !~ utf8
                        OR format_type(a.atttypid, a.atttypmod) !~ utf8
                        OR CASE WHEN a.atthasmissing
                                THEN array_to_string(a.attmissingval, '') !~ utf8 END))))
      SELECT c.oid::bigint, encode(convert_to(n.nspname, 'SQL_ASCII'), 'escape'),
             encode(convert_to(c.relname, 'SQL_ASCII'), 'escape'), c.relkind, c.relpersistence
      FROM unreadable u
      JOIN pg_class c ON c.oid = u.root
      JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY n.nspname, c.relname
      """;

  private UnreadableNames() {}

  /**
   * One table or all, none in a database with an encoding. Bytes beyond ASCII stand in their names
   * in octal; they have no columns, and the obstacle says why.
   *
   * @param oid of the table, or 0 for all
   */
  static List<SourceTable> tables(Connection connection, long oid) throws SQLException {
    if (!RawText.isWithoutEncoding(connection)) {
      return List.of();
    }
    List<SourceTable> tables = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(TABLES)) {
      select.setString(1, UTF8);
      select.setLong(2, oid);
      select.setLong(3, oid);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tables.add(table(row));
        }
      }
    }
    return tables;
  }

  private static SourceTable table(ResultSet row) throws SQLException {
    TableName name = new TableName(row.getString(2), row.getString(3));
    return new SourceTable(
        new TableSchema(row.getLong(1), name, List.of(), ReplicaIdentity.NOTHING),
        row.getString(4).charAt(0),
        row.getString(5).charAt(0),
        -1,
        0,
        List.of(),
        Optional.empty(),
        0,
        RowStorage.UNKNOWN,
        Map.of(),
        Access.READABLE,
        Optional.of(OBSTACLE));
  }
}
