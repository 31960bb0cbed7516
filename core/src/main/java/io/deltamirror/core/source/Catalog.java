package io.deltamirror.core.source;

import io.deltamirror.core.schema.RowStorage;
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
import java.util.Set;
import java.util.stream.Stream;

/** What the source's catalog says of its tables. Stateless; uses the connection it is given. */
public final class Catalog {

  /**
   * A table and what decides whether it can be mirrored.
   *
   * @param schema its columns as far as the WAL carries them, in attnum order; its key and its
   *     replica identity are what certainly identifies a row, which for partitioned tables and
   *     beside virtual generated columns may be less than what RELATION messages say
   * @param relkind {@code pg_class.relkind}
   * @param relpersistence {@code pg_class.relpersistence}
   * @param rows the planner's estimate, of all partitions; -1 when it never looked
   * @param pages heap pages at the last look, of all partitions
   * @param omitted names of generated columns, which the WAL does not carry
   * @param insertOnly why nothing identifies a row in the WAL, where that is so
   * @param filenode {@code pg_class.relfilenode}, as the connection's snapshot sees it; a rewrite
   *     or a TRUNCATE gives it another one. Of a partitioned table: {@link
   *     PartitionFiles#fingerprint}
   * @param storage where its rows are; the files of a partitioned table are {@link PartitionFiles}
   * @param missing by attnum, the value of rows that are older than the column, as text
   * @param access whether this connection's role may read all its rows
   * @param obstacle why no publication would carry all its changes, where that is so
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
      Access access,
      Optional<String> obstacle) {

    /**
     * What happened to its rows of which the WAL tells nothing, since they were at the given place;
     * empty when nothing did, or when that place is not known.
     */
    public Optional<String> rewrittenSince(RowStorage before) {
      if (before.equals(RowStorage.UNKNOWN)) {
        return Optional.empty();
      }
      return filesRewrittenSince(before).or(() -> printedOtherwiseSince(before));
    }

    /**
     * What happened to the given partitions since the table's rows were at the given place, if it
     * is partitioned and the WAL tells of their rows, but not of all that happens to them.
     */
    public Optional<String> untold(Set<Long> partitions, RowStorage before) {
      return relkind == 'p' && !before.equals(RowStorage.UNKNOWN)
          ? PartitionFiles.parse(before.files())
              .untold(partitions, PartitionFiles.parse(storage.files()))
          : Optional.empty();
    }

    /**
     * An earlier place of its rows, with those of the given partitions that are new and of which
     * the WAL has told everything, so that their end is seen.
     */
    public RowStorage placeWith(RowStorage before, Set<Long> partitions) {
      if (relkind != 'p' || partitions.isEmpty() || before.equals(RowStorage.UNKNOWN)) {
        return before;
      }
      PartitionFiles now = PartitionFiles.parse(storage.files());
      return new RowStorage(
          PartitionFiles.parse(before.files()).with(partitions, now).toString(),
          before.attributes(),
          before.types());
    }

    /**
     * Where its rows are in a copy of what is seen here: leaves that were recorded before, and are
     * not seen, stay recorded, as their rows come through the WAL.
     */
    public RowStorage placeOfCopy(RowStorage recorded) {
      return relkind == 'p'
          ? new RowStorage(
              PartitionFiles.parse(recorded.files())
                  .under(PartitionFiles.parse(storage.files()))
                  .toString(),
              storage.attributes(),
              storage.types())
          : storage;
    }

    private Optional<String> filesRewrittenSince(RowStorage before) {
      if (relkind == 'p') {
        return PartitionFiles.parse(before.files()).until(PartitionFiles.parse(storage.files()));
      }
      boolean both =
          !before.files().equals(storage.files())
              && !before.attributes().equals(storage.attributes());
      return both ? Optional.of("an ALTER TABLE rewrote its rows") : Optional.empty();
    }

    /**
     * What an ALTER TYPE has done to the text of rows that were there before, whose types were as
     * the given place says; empty when nothing did, or when those types are not known. Labels that
     * were added to an enum are in no such row.
     */
    public Optional<String> printedOtherwiseSince(RowStorage before) {
      return before.knowsTypes()
          ? TypeVersions.parse(before.types()).until(TypeVersions.parse(storage.types()))
          : Optional.empty();
    }

    /** What people should know of it: which columns and which changes are not mirrored, and why. */
    public List<String> notes() {
      List<String> notes = new ArrayList<>();
      insertOnly.ifPresent(
          why -> notes.add("updates and deletes are not mirrored, only inserts: " + why));
      if (!omitted.isEmpty()) {
        notes.add("generated columns are left out: " + String.join(", ", omitted));
      }
      return notes;
    }
  }

  /** What a role may read of a table. */
  public enum Access {
    READABLE,
    /** Without USAGE on its schema or SELECT on it. */
    DENIED,
    /** Row-level security would hide rows; we ask for an error instead of that. */
    ROW_SECURITY
  }

  /**
   * What is of a table is computed once for it, not once for each of its columns. The index is the
   * one that PostgreSQL takes for identifying rows (RelationGetIndexList), under FULL and of a
   * partitioned table the primary key's. Dropped columns are read as well, since a drop shows in
   * their rows alone.
   */
  private static final String TABLES =
      """
      WITH tables AS MATERIALIZED (
        SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident, c.relnatts,
               c.reltuples::bigint AS rows, c.relpages, c.relfilenode::bigint AS filenode,
               CASE WHEN NOT (has_schema_privilege(n.oid, 'USAGE')
                              AND has_table_privilege(c.oid, 'SELECT')) THEN 'DENIED'
                    WHEN row_security_active(c.oid) THEN 'ROW_SECURITY'
                    ELSE 'READABLE' END AS access,
               i.indkey::text AS indkey, i.indnkeyatts,
               EXISTS (SELECT FROM pg_index p WHERE p.indrelid = c.oid AND p.indisprimary)
                 AS primary_key
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                            AND i.indisunique AND i.indpred IS NULL
                            AND CASE WHEN c.relreplident = 'n' THEN false
                                     WHEN c.relreplident = 'i' AND c.relkind <> 'p'
                                     THEN i.indisreplident ELSE i.indisprimary END
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND NOT c.relispartition
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname NOT LIKE 'pg\\_toast%'
          AND (? = 0 OR c.oid = ?) AND c.oid <> ALL (?))
      SELECT t.oid::bigint, nspname, relname, relkind, relpersistence, relreplident, relnatts,
             rows, relpages, filenode, access, indkey, indnkeyatts, primary_key,
             a.attnum, a.attname, a.atttypid::bigint, a.atttypmod,
             format_type(a.atttypid, a.atttypmod), a.attndims, a.attgenerated, a.attisdropped,
             a.xmin::text,
             CASE WHEN a.atthasmissing THEN array_to_string(a.attmissingval, '') END,
             concat_ws(' ', a.xmin, a.cmin)
      FROM tables t
      LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND t.relkind IN ('r', 'p')
      ORDER BY nspname, relname, t.oid, a.attnum
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

  /**
   * All tables and what looks like one, partitions left out, by name; at the end those whose names
   * are no UTF-8.
   */
  public List<SourceTable> tables() throws SQLException {
    return read(0);
  }

  /** One table, or empty when it is gone or a partition. */
  public Optional<SourceTable> table(long oid) throws SQLException {
    return read(oid).stream().findFirst();
  }

  private List<SourceTable> read(long oid) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    SourceTypes forms = new SourceTypes(connection, types);
    List<SourceTable> unreadable = UnreadableNames.tables(connection, oid);
    Object[] left = unreadable.stream().map(table -> table.schema().oid()).toArray();
    Map<Long, SourceTableDraft> drafts = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(TABLES)) {
      select.setLong(1, oid);
      select.setLong(2, oid);
      select.setArray(3, connection.createArrayOf("oid", left));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long table = row.getLong(1);
          if (!drafts.containsKey(table)) {
            drafts.put(table, new SourceTableDraft(row, version));
          }
          drafts.get(table).addColumn(row, forms);
        }
      }
    }
    List<Long> roots =
        drafts.values().stream()
            .filter(draft -> draft.relkind() == 'p')
            .map(SourceTableDraft::oid)
            .toList();
    Map<Long, Partitions> partitions = Partitions.read(connection, roots);
    UserTypes userTypes =
        UserTypes.read(
            connection, drafts.values().stream().flatMap(draft -> draft.uses().stream()));
    Stream<SourceTable> tables =
        drafts.values().stream()
            .map(draft -> draft.table(Optional.ofNullable(partitions.get(draft.oid())), userTypes));
    return Stream.concat(tables, unreadable.stream()).toList();
  }
}
