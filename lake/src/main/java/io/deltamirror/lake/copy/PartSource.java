package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.PartitionFiles;
import io.deltamirror.core.source.RawText;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Rows of a part of a table as an exported snapshot sees them.
 *
 * <p>A snapshot alone does not hold a table still: VACUUM FULL, CLUSTER, TRUNCATE and rewriting
 * ALTERs give it a new file in which an older snapshot sees other rows, or none (PostgreSQL: "MVCC
 * Caveats"), and names and columns are always the present ones. So the table is locked against all
 * of these while it is read, and it must still be the file that was planned; its columns are
 * compared again afterwards. Of a partitioned table that goes for all partitions that the snapshot
 * sees. A query under an old snapshot reads the present ones, also one that was attached after it:
 * such a one is left out. Its rows come through the WAL, or the table is copied anew.
 *
 * <p>Each method throws {@link MirrorException}: {@code TABLE_REWRITTEN} when the table is not what
 * the plan saw, a {@code SOURCE_…} code for what PostgreSQL refuses. For one thread.
 */
final class PartSource implements AutoCloseable {
  /** As {@code pg_export_snapshot()} makes them: numbers in hex, joined by dashes. */
  private static final Pattern SNAPSHOT_NAME = Pattern.compile("[0-9A-Fa-f-]{1,64}");

  private static final String FILES =
      """
      SELECT to_regclass(?)::oid::bigint, c.relkind, pg_relation_filenode(c.oid)::bigint
      FROM pg_class c WHERE c.oid = ?
      """;

  /**
   * As of the snapshot, with their present files; those that are no longer partitions come out
   * without one, as {@code pg_partition_tree} looks at the present.
   */
  private static final String LEAVES =
      """
      WITH RECURSIVE tree AS (
        SELECT inhrelid FROM pg_inherits WHERE inhparent = ?::bigint::oid AND NOT inhdetachpending
        UNION ALL
        SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.inhrelid
        WHERE NOT i.inhdetachpending)
      SELECT t.inhrelid::bigint, pg_relation_filenode(present.relid)::bigint
      FROM tree t JOIN pg_class c ON c.oid = t.inhrelid AND c.relkind <> 'p'
      LEFT JOIN pg_partition_tree(?::bigint::oid::regclass) present ON present.relid = t.inhrelid
      """;

  private final TableSchema table;
  private final CopyPart part;
  private final Connection connection;
  private boolean partitioned;
  private List<Long> leaves = List.of();

  private PartSource(TableSchema table, CopyPart part, Connection connection) {
    this.table = table;
    this.part = part;
    this.connection = connection;
  }

  /**
   * Connects, imports the snapshot and locks the table.
   *
   * @param table as the snapshot sees it
   * @param snapshotName as it was exported
   * @param visible what {@code pg_current_snapshot()} is in it; names alone repeat after a restart
   *     of the server
   */
  static PartSource open(
      SourceSession session,
      TableSchema table,
      CopyPart part,
      String snapshotName,
      String visible,
      Duration lockTimeout) {
    if (!SNAPSHOT_NAME.matcher(snapshotName).matches()) {
      throw new MirrorException(
          ErrorCode.MALFORMED_EVENT, "a copy task names an impossible snapshot");
    }
    PartSource source = new PartSource(table, part, session.open());
    try {
      source.begin(snapshotName, visible, lockTimeout);
      return source;
    } catch (SQLException e) {
      source.close();
      throw source.failed("prepare the copy of", e);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private void begin(String snapshotName, String visible, Duration lockTimeout)
      throws SQLException {
    execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    execute("SET TRANSACTION SNAPSHOT '" + snapshotName + "'");
    if (!visible.equals(value("SELECT pg_current_snapshot()::text"))) {
      throw new MirrorException(ErrorCode.COPY_FAILED, "the snapshot of the copy is gone");
    }
    // From the first page on, not from where another scan happens to be: rows often lie in key
    // order.
    execute("SET LOCAL synchronize_seqscans = off");
    execute("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
    execute("LOCK TABLE ONLY " + table.name().quoted() + " IN ACCESS SHARE MODE");
    partitioned = isPartitioned();
    if (partitioned) {
      execute("LOCK TABLE " + table.name().quoted() + " IN ACCESS SHARE MODE");
    }
    checkFiles();
    checkColumns();
  }

  /** Reads all rows of the part, and tells that the columns were the expected ones throughout. */
  void read(CopyTextParser parser) throws IOException {
    try {
      CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(statement());
      for (byte[] chunk = copy.readFromCopy(); chunk != null; chunk = copy.readFromCopy()) {
        parser.accept(chunk);
      }
      parser.end();
      if (partitioned) {
        checkLeaves();
      }
      execute("COMMIT");
      // Under the lock the catalog was the snapshot's, but COPY worked with the present columns.
      checkColumns();
    } catch (SQLException e) {
      throw failed("copy", e);
    }
  }

  private String statement() throws SQLException {
    String columns =
        table.columns().stream()
            .map(column -> TableName.quote(column.name()))
            .collect(Collectors.joining(", "));
    List<String> conditions = conditions();
    return "COPY (SELECT "
        + columns
        + (partitioned ? " FROM " : " FROM ONLY ")
        + table.name().quoted()
        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
        + ") TO STDOUT"
        + RawText.copyOptions(connection);
  }

  private List<String> conditions() {
    List<String> conditions = new ArrayList<>();
    if (part.firstPage() > 0 || part.endPage() >= 0) {
      conditions.add("ctid >= '(" + part.firstPage() + ",0)'::tid");
    }
    if (part.endPage() >= 0) {
      conditions.add("ctid < '(" + part.endPage() + ",0)'::tid");
    }
    if (partitioned) {
      // Attaching a partition does not wait for our lock, so there may be others at any time.
      conditions.add(
          leaves.stream()
              .map(String::valueOf)
              .collect(Collectors.joining(",", "tableoid = ANY ('{", "}'::oid[])")));
    }
    return conditions;
  }

  private boolean isPartitioned() throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(FILES)) {
      select.setString(1, table.name().quoted());
      select.setLong(2, table.oid());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || row.getLong(1) != table.oid()) {
          throw rewritten("another table has its name");
        }
        return row.getString(2).equals("p");
      }
    }
  }

  private void checkFiles() throws SQLException {
    if (partitioned) {
      checkLeaves();
      return;
    }
    try (PreparedStatement select = connection.prepareStatement(FILES)) {
      select.setString(1, table.name().quoted());
      select.setLong(2, table.oid());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || row.getLong(3) != part.filenode()) {
          throw rewritten("it was rewritten or truncated");
        }
      }
    }
  }

  private void checkLeaves() throws SQLException {
    Map<Long, Long> files = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(LEAVES)) {
      select.setLong(1, table.oid());
      select.setLong(2, table.oid());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          files.put(row.getLong(1), row.getLong(2));
        }
      }
    }
    if (PartitionFiles.fingerprint(files) != part.filenode()) {
      throw rewritten("a partition was detached, dropped, rewritten or truncated");
    }
    leaves = List.copyOf(files.keySet());
  }

  /** Only what COPY itself depends on: forms and keys may have been chosen otherwise since. */
  private void checkColumns() throws SQLException {
    List<Column> columns =
        new Catalog(connection)
            .table(table.oid())
            .map(present -> present.schema().columns())
            .orElseThrow(() -> rewritten("it was dropped"));
    boolean same = columns.size() == table.columns().size();
    for (int i = 0; same && i < columns.size(); i++) {
      Column present = columns.get(i);
      Column planned = table.columns().get(i);
      same =
          present.attnum() == planned.attnum()
              && present.name().equals(planned.name())
              && present.typeOid() == planned.typeOid()
              && present.typmod() == planned.typmod();
    }
    if (!same) {
      throw rewritten("its columns are others");
    }
  }

  private void execute(String sql) throws SQLException {
    SourceSession.execute(connection, sql);
  }

  private String value(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private MirrorException failed(String doing, SQLException e) {
    return switch (e.getSQLState() == null ? "" : e.getSQLState()) {
      // undefined table, schema or column: dropped or renamed since the plan
      case "42P01", "3F000", "42703" -> rewritten(e.getMessage());
      // untranslatable character, of which PostgreSQL's message shows the bytes
      case "22P05" ->
          new MirrorException(
              ErrorCode.TEXT_NOT_UTF8, "PostgreSQL has no UTF-8 for a text of " + table.name());
      default -> SourceErrors.of("cannot " + doing + " " + table.name(), e);
    };
  }

  private MirrorException rewritten(String why) {
    return new MirrorException(
        ErrorCode.TABLE_REWRITTEN, table.name() + " is not what it was: " + why);
  }

  /** Drops the connection, whatever it is doing. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // Nothing is left to be lost: what was read is read.
    }
  }
}
