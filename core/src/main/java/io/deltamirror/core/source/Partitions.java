package io.deltamirror.core.source;

import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.source.PartitionFiles.Leaf;
import io.deltamirror.core.source.RowIdentity.Offer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the catalog says of the partitions of partitioned tables. Not thread-safe. */
final class Partitions {

  /**
   * A column whose row in the catalog is as old as the table's own system columns (never updated)
   * and is inherited shows that the table was made as a partition: attaching and detaching update
   * the rows of all columns. One that was attached is looked at whether it is empty, but for one
   * that someone has locked or waits to lock: then we would wait, too.
   */
  private static final String TREES =
      """
      WITH RECURSIVE locked AS MATERIALIZED (
        SELECT DISTINCT relation FROM pg_locks
        WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
      tree AS (
        SELECT i.inhparent AS root, i.inhparent AS parent, i.inhrelid AS oid, 1 AS depth,
               i.xmin AS link
        FROM pg_inherits i WHERE i.inhparent = ANY (?) AND NOT i.inhdetachpending
        UNION ALL
        SELECT t.root, i.inhparent, i.inhrelid, t.depth + 1, i.xmin
        FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid AND NOT i.inhdetachpending)
      SELECT t.root::bigint, t.parent::bigint, t.oid::bigint, t.link::text, age(t.link),
             n.nspname || '.' || c.relname, c.relkind, c.relpersistence, c.relreplident,
             c.relfilenode::bigint, c.reltuples::bigint, c.relpages,
             (SELECT array_agg(k.attname::text) FROM pg_attribute k
              WHERE k.attrelid = t.oid
                AND k.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1])),
             s.created, s.born, m.names, m.texts,
             CASE WHEN c.relkind = 'r' AND NOT (s.born AND t.depth = 1)
                       AND NOT EXISTS (SELECT FROM locked WHERE relation = t.oid)
                  THEN pg_relation_size(t.oid) ELSE -1 END
      FROM tree t
      JOIN pg_class c ON c.oid = t.oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisvalid AND x.indimmediate
                          AND x.indisunique AND x.indpred IS NULL
                          AND CASE c.relreplident WHEN 'i' THEN x.indisreplident
                                                  WHEN 'd' THEN x.indisprimary ELSE false END
      CROSS JOIN LATERAL (
        SELECT s.xmin AS born_in, age(s.xmin) AS created,
               EXISTS (SELECT FROM pg_attribute a
                       WHERE a.attrelid = t.oid AND a.attnum > 0 AND a.attinhcount > 0
                         AND NOT a.attisdropped AND a.xmin = s.xmin AND a.cmin = s.cmin) AS born
        FROM pg_attribute s WHERE s.attrelid = t.oid AND s.attnum = -1) s
      CROSS JOIN LATERAL (
        SELECT array_agg(a.attname::text ORDER BY a.attnum) AS names,
               array_agg(CASE WHEN a.atthasmissing THEN array_to_string(a.attmissingval, '') END
                         ORDER BY a.attnum) AS texts
        FROM pg_attribute a
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND (a.xmin <> s.born_in OR a.atthasmissing)) m
      ORDER BY t.depth, t.oid
      """;

  private final Map<Long, Node> nodes = new HashMap<>();
  private final List<Offer> offers = new ArrayList<>();
  private final Map<Long, Leaf> leaves = new LinkedHashMap<>();
  private final Map<String, Set<String>> missing = new HashMap<>();
  private Optional<String> obstacle = Optional.empty();
  private long rows = -1;
  private long pages;

  /**
   * A table in the tree.
   *
   * @param links of it and those above it
   * @param born whether it was made as a partition of the one above it
   * @param linkAge how many transactions ago it was put where it is
   */
  private record Node(String links, boolean born, int linkAge, Optional<Node> above) {
    /** Whether it and all above it were in the tree when something of the given age was made. */
    boolean older(int age) {
      return (born || linkAge > age) && above.map(node -> node.older(age)).orElse(true);
    }
  }

  /** The partitions of each of the given tables; none for one that has none. */
  static Map<Long, Partitions> read(Connection connection, Collection<Long> roots)
      throws SQLException {
    Map<Long, Partitions> all = new HashMap<>();
    if (roots.isEmpty()) {
      return all;
    }
    try (PreparedStatement select = connection.prepareStatement(TREES)) {
      select.setArray(1, connection.createArrayOf("oid", roots.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          all.computeIfAbsent(row.getLong(1), unused -> new Partitions()).add(row);
        }
      }
    }
    return all;
  }

  private void add(ResultSet row) throws SQLException {
    Optional<Node> above = Optional.ofNullable(nodes.get(row.getLong(2)));
    int linkAge = row.getInt(5);
    boolean born = row.getBoolean(15);
    String links = above.map(node -> node.links() + ".").orElse("") + row.getString(4);
    long oid = row.getLong(3);
    nodes.put(oid, new Node(links, born, linkAge, above));
    char kind = row.getString(7).charAt(0);
    if (kind == 'p') {
      return;
    }
    String name = row.getString(6);
    if (kind == 'f') {
      obstacle = Optional.of("its partition " + name + " is a foreign table");
    } else if (!row.getString(8).equals("p")) {
      obstacle = Optional.of("its partition " + name + " is unlogged");
    }
    int created = row.getInt(14);
    boolean inPlace = born && above.map(node -> node.older(created)).orElse(true);
    long filenode = row.getLong(10);
    // A table's first file is called like the table; with another one it was truncated or
    // rewritten,
    // and rows that the WAL has told of may be gone.
    boolean told = filenode == oid && (inPlace || row.getLong(18) == 0);
    leaves.put(oid, new Leaf(filenode, links, told));
    offers.add(
        new Offer(
            name, ReplicaIdentity.of(row.getString(9).charAt(0)), texts(row.getArray(13)), true));
    if (row.getLong(11) >= 0) {
      rows = Math.max(rows, 0) + row.getLong(11);
    }
    pages += Math.max(0, row.getLong(12));
    List<String> names = texts(row.getArray(16));
    List<String> values = texts(row.getArray(17));
    for (int i = 0; i < names.size(); i++) {
      missing.computeIfAbsent(names.get(i), unused -> new HashSet<>()).add(values.get(i));
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
  }

  /** What each leaf offers to identify a row. */
  List<Offer> offers() {
    return offers;
  }

  PartitionFiles files() {
    return PartitionFiles.of(leaves);
  }

  /** One number for the files of all leaves. */
  long filenode() {
    Map<Long, Long> filenodes = new HashMap<>();
    leaves.forEach((oid, leaf) -> filenodes.put(oid, leaf.filenode()));
    return PartitionFiles.fingerprint(filenodes);
  }

  /**
   * By name of the column, the value of rows that are older than it, where that is the same in all
   * leaves that are older than the column as well. One of them may have been rewritten, or detached
   * and given the column by itself.
   */
  Map<String, String> missing() {
    Map<String, String> agreed = new HashMap<>();
    missing.forEach(
        (column, values) -> {
          String value = values.iterator().next();
          if (values.size() == 1 && value != null) {
            agreed.put(column, value);
          }
        });
    return agreed;
  }

  /** Why the whole table cannot be mirrored. */
  Optional<String> obstacle() {
    return obstacle;
  }

  /** The planner's estimate, -1 when it never looked. */
  long rows() {
    return rows;
  }

  long pages() {
    return pages;
  }
}
