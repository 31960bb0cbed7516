package io.deltamirror.core.source;

import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.EwkbType;
import io.deltamirror.core.schema.TextType;
import io.deltamirror.core.schema.TypeOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How the types of a source are carried: a domain like what it is over, an array as lists of what
 * its elements are, PostGIS's shapes as their bytes, PostgreSQL's own as {@link ColumnTypes} says;
 * all others as text.
 *
 * <p>Reads the catalog when the first type is asked for that is not PostgreSQL's own, and again for
 * one that was made since; what an OID means never changes. For one thread.
 */
public final class SourceTypes {
  /** text, char, varchar, uuid, json, jsonb and numeric: the many, for which nobody is asked. */
  private static final Set<Integer> PLAIN = Set.of(25, 1042, 1043, 2950, 114, 3802, 1700);

  /**
   * At first any type but the rows of tables, which are many and text; later the one asked for. An
   * array is what its element's type names as its array: point, name or int2vector have elements,
   * and are none.
   */
  private static final String TYPES =
      """
      SELECT t.oid::bigint, t.typtype = 'd', t.typbasetype::bigint, t.typtypmod, t.typndims,
             coalesce(e.oid, 0)::bigint, coalesce(e.typdelim::text, ''),
             t.typtype = 'b' AND t.typname IN ('geometry', 'geography')
      FROM pg_catalog.pg_type t
      LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
      WHERE (? AND (c.oid IS NULL OR c.relkind = 'c')) OR t.oid = ?
      """;

  private final Connection connection;
  private final TypeOptions options;
  private final Map<Integer, Facts> known = new HashMap<>();

  public SourceTypes(Connection connection, TypeOptions options) {
    this.connection = connection;
    this.options = options;
  }

  /**
   * How a column's values are carried.
   *
   * @param typeOid {@code pg_attribute.atttypid}
   * @param typmod {@code pg_attribute.atttypmod}
   * @param dimensions {@code pg_attribute.attndims}, which is 0 also for arrays that were not
   *     declared by brackets: those count as of one dimension
   */
  public ColumnType of(int typeOid, int typmod, int dimensions) throws SQLException {
    ColumnType plain = ColumnTypes.builtIn(typeOid, typmod, options);
    if (PLAIN.contains(typeOid) || !(plain instanceof TextType)) {
      return plain;
    }
    Facts type = facts(typeOid);
    if (type.domain()) {
      return of(type.base(), type.typmod(), type.dimensions());
    }
    if (type.element() != 0) {
      return array(of(type.element(), typmod, 0), type.delimiter(), Math.max(dimensions, 1));
    }
    return type.shape() ? new EwkbType() : plain;
  }

  /**
   * An element that is an array itself, which a domain can be, stands as text within its array:
   * only dimensions are lists of lists.
   */
  private static ColumnType array(ColumnType element, String delimiter, int dimensions) {
    boolean readable = delimiter.equals(",") || delimiter.equals(";");
    if (!readable || dimensions > ArrayType.MAX_DIMENSIONS) {
      return new TextType();
    }
    ColumnType type = element instanceof ArrayType ? new TextType() : element;
    type = new ArrayType(type, delimiter.charAt(0));
    for (int i = 1; i < dimensions; i++) {
      type = new ArrayType(type);
    }
    return type;
  }

  private Facts facts(int oid) throws SQLException {
    if (!known.containsKey(oid)) {
      load(oid);
    }
    return known.computeIfAbsent(oid, unused -> Facts.UNKNOWN);
  }

  private void load(int oid) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(TYPES)) {
      select.setBoolean(1, known.isEmpty());
      select.setLong(2, Integer.toUnsignedLong(oid));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          known.put((int) row.getLong(1), Facts.of(row));
        }
      }
    }
  }

  /**
   * What the catalog says of a type.
   *
   * @param base of a domain: what it is over
   * @param typmod of a domain: that of its base
   * @param dimensions of a domain over an array
   * @param element of an array, else 0
   * @param delimiter between an array's elements
   * @param shape geometry or geography
   */
  private record Facts(
      boolean domain,
      int base,
      int typmod,
      int dimensions,
      int element,
      String delimiter,
      boolean shape) {
    /** Of a type that is gone. */
    static final Facts UNKNOWN = new Facts(false, 0, -1, 0, 0, "", false);

    static Facts of(ResultSet row) throws SQLException {
      return new Facts(
          row.getBoolean(2),
          (int) row.getLong(3),
          row.getInt(4),
          row.getInt(5),
          (int) row.getLong(6),
          row.getString(7),
          row.getBoolean(8));
    }
  }
}
