package io.deltamirror.core.source;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the catalog says of enums and composites behind columns. Immutable. */
final class UserTypes {
  /** PostgreSQL's FirstNormalObjectId: below is what initdb made, which nobody alters. */
  private static final long FIRST = 16384;

  /**
   * Each type that a column has, with all that is in it: through arrays, domains, ranges,
   * multiranges and attributes of composites; each once, so that it ends whatever is in what. A
   * name that is no UTF-8 could not be handed out.
   */
  private static final String TYPES =
      """
      WITH RECURSIVE reached AS (
        SELECT r.oid AS root, r.oid FROM unnest(?::oid[]) r(oid)
        UNION
        SELECT r.root, i.oid
        FROM reached r
        CROSS JOIN LATERAL (
          SELECT typelem AS oid FROM pg_catalog.pg_type WHERE pg_type.oid = r.oid
          UNION ALL
          SELECT typbasetype FROM pg_catalog.pg_type WHERE pg_type.oid = r.oid
          UNION ALL
          SELECT a.atttypid FROM pg_catalog.pg_type t
          JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid
          WHERE t.oid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = r.oid
          UNION ALL
          SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = r.oid) i
        WHERE i.oid >= ?)
      SELECT r.root::bigint, r.oid::bigint, t.typtype,
             CASE WHEN current_setting('server_encoding') = 'SQL_ASCII'
                  THEN encode(convert_to(format_type(r.oid, NULL), 'SQL_ASCII'), 'escape')
                  ELSE format_type(r.oid, NULL) END,
             CASE t.typtype
               WHEN 'e' THEN (SELECT array_agg(concat_ws(' ', e.xmin, e.cmin) ORDER BY e.oid)
                              FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
               ELSE (SELECT array_agg(concat_ws(' ', a.xmin, a.cmin) ORDER BY a.attnum)
                     FROM pg_catalog.pg_attribute a
                     WHERE a.attrelid = t.typrelid AND a.attnum > 0) END,
             (SELECT string_agg(concat_ws(':', a.attnum, a.atttypid, a.attisdropped), ' '
                                ORDER BY a.attnum)
              FROM pg_catalog.pg_attribute a
              WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0)
      FROM reached r
      JOIN pg_catalog.pg_type t ON t.oid = r.oid
      WHERE t.typtype IN ('c', 'e')
      """;

  /**
   * A column.
   *
   * @param type {@code pg_attribute.atttypid}
   * @param written its row in {@code pg_attribute}
   */
  record Use(long type, Written written) {
    /** Whether the column's type is one that somebody has made. */
    boolean ofUser() {
      return type >= FIRST;
    }
  }

  /**
   * When a row of the catalog was written.
   *
   * @param xmin by which transaction
   * @param cmin by which of its commands
   */
  record Written(int xmin, long cmin) {
    /** Reads the two, with a blank between them. */
    static Written parse(String text) {
      int blank = text.indexOf(' ');
      return new Written(
          Integer.parseUnsignedInt(text.substring(0, blank)),
          Long.parseLong(text.substring(blank + 1)));
    }

    /** By PostgreSQL's circle of transactions, and within one by its commands. */
    boolean isBefore(Written other) {
      return xmin == other.xmin ? cmin < other.cmin : xmin - other.xmin < 0;
    }
  }

  /**
   * An enum or a composite.
   *
   * @param parts its labels or attributes
   */
  private record Made(long oid, char kind, String name, List<Written> parts, String versions) {

    static Made of(ResultSet row) throws SQLException {
      List<Written> parts = parts(row.getArray(5));
      char kind = row.getString(3).charAt(0);
      String attributes = row.getString(6);
      return new Made(
          row.getLong(2),
          kind,
          row.getString(4),
          parts,
          kind == 'e'
              ? TypeVersion.labels(parts.stream().map(Written::xmin).toList())
              : TypeVersion.attributes(attributes == null ? "" : attributes));
    }

    private static List<Written> parts(Array array) throws SQLException {
      return array == null
          ? List.of()
          : Arrays.stream((String[]) array.getArray()).map(Written::parse).toList();
    }

    /**
     * One transaction may make a type, a column of it, rows, and then alter the type: the rows are
     * in the WAL as they were printed before that.
     */
    TypeVersion usedBy(Use column) {
      boolean settled = parts.stream().allMatch(part -> part.isBefore(column.written()));
      return new TypeVersion(oid, kind, versions, settled, name);
    }
  }

  private final Map<Long, List<Made>> behind;

  private UserTypes(Map<Long, List<Made>> behind) {
    this.behind = behind;
  }

  /** Reads what is behind the given columns, unless all are of PostgreSQL's own types. */
  static UserTypes read(Connection connection, Stream<Use> columns) throws SQLException {
    Object[] roots = columns.filter(Use::ofUser).map(Use::type).distinct().toArray();
    Map<Long, List<Made>> behind = new HashMap<>();
    if (roots.length == 0) {
      return new UserTypes(behind);
    }
    try (PreparedStatement select = connection.prepareStatement(TYPES)) {
      select.setArray(1, connection.createArrayOf("bigint", roots));
      select.setLong(2, FIRST);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          behind.computeIfAbsent(row.getLong(1), unused -> new ArrayList<>()).add(Made.of(row));
        }
      }
    }
    return new UserTypes(behind);
  }

  /** The types behind a table's columns, which were among those given. */
  TypeVersions of(Collection<Use> columns) {
    TreeMap<Long, TypeVersion> types = new TreeMap<>();
    for (Use column : columns) {
      for (Made made : behind.getOrDefault(column.type(), List.of())) {
        TypeVersion version = made.usedBy(column);
        types.merge(made.oid(), version, (one, other) -> one.settled() ? other : one);
      }
    }
    return new TypeVersions(types);
  }
}
