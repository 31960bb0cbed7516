package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * One table of the source under one snapshot: everything it reads is as of the moment it was
 * opened. Holds a connection and its snapshot until it is closed. Not thread-safe.
 */
final class SourceReader implements AutoCloseable {
  /** Keys per statement; each is looked up by the primary key's index. */
  private static final int KEYS_AT_ONCE = 500;

  /** SQLSTATE class of a value that its type does not know. */
  private static final String DATA_EXCEPTION = "22";

  private final Connection connection;
  private final SourceTable source;
  private final SourceTypes types;
  private final String lsn;

  private SourceReader(Connection connection, SourceTable source, SourceTypes types, String lsn) {
    this.connection = connection;
    this.source = source;
    this.types = types;
    this.lsn = lsn;
  }

  /**
   * Takes a snapshot.
   *
   * @throws GoneException when the table is gone
   */
  static SourceReader open(SourceSession session, TableSchema known) {
    Connection connection = session.open();
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      // A policy must make the reading fail, not hide rows; keys are looked up by their index.
      SourceSession.execute(
          connection,
          "SET LOCAL row_security = off;"
              + " SET LOCAL enable_hashjoin = off;"
              + " SET LOCAL enable_mergejoin = off");
      String lsn = insertLsn(connection);
      SourceTable table =
          new Catalog(connection).table(known.oid()).orElseThrow(GoneException::new);
      SourceTypes types = SourceTypes.read(connection, known.oid());
      return new SourceReader(connection, table, types, lsn);
    } catch (SQLException e) {
      close(connection);
      throw SourceErrors.of("cannot read " + known.name(), e);
    } catch (RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  private static String insertLsn(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** The table as the snapshot sees it. */
  TableSchema table() {
    return source.schema();
  }

  /** The types of its columns. */
  SourceTypes types() {
    return types;
  }

  /** PostgreSQL's insert LSN when the snapshot was taken. */
  String lsn() {
    return lsn;
  }

  /** Reads every row. */
  void scan(RowShape shape, RowSink sink) {
    try {
      copy("SELECT " + columns() + " FROM " + relation() + " AS t", shape, sink);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /**
   * Reads the rows with the given keys, each at most once where there is a key; rows without key
   * have to be looked for among all, like those whose keys PostgreSQL cannot look up.
   */
  void lookUp(List<RowKey> keys, RowShape shape, RowSink sink) {
    Set<RowKey> wanted = new HashSet<>(keys);
    KeyLookUp lookUp = new KeyLookUp(postgres(), types);
    if (!lookUp.isPossible(shape)) {
      scan(shape, row -> pass(row, wanted::contains, sink));
      return;
    }
    List<RowKey> complete =
        keys.stream().filter(key -> !shape.texts(key).containsValue(null)).toList();
    // PostgreSQL finds keys equal that differ in form (0 and -0), and returns one row for each.
    RowSink once = row -> pass(row, wanted::remove, sink);
    for (int from = 0; from < complete.size(); from += KEYS_AT_ONCE) {
      int to = Math.min(from + KEYS_AT_ONCE, complete.size());
      String query = lookUp.query(complete.subList(from, to), shape, columns(), relation());
      if (!isCopied(query, shape, once)) {
        scan(shape, once);
        return;
      }
    }
  }

  private static void pass(RowImage row, Predicate<RowKey> isWanted, RowSink sink) {
    if (isWanted.test(row.key())) {
      sink.row(row);
    }
  }

  /** False when a key is none that its type knows, such as an enum's former label. */
  private boolean isCopied(String query, RowShape shape, RowSink sink) {
    try {
      Savepoint before = connection.setSavepoint();
      try {
        copy(query, shape, sink);
      } catch (SQLException e) {
        if (e.getSQLState() == null || !e.getSQLState().startsWith(DATA_EXCEPTION)) {
          throw e;
        }
        connection.rollback(before);
        return false;
      }
      connection.releaseSavepoint(before);
      return true;
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /**
   * A partitioned table has its rows in its partitions; otherwise those that inherit are others.
   */
  private String relation() {
    String name = table().name().quoted();
    return source.relkind() == 'p' ? name : "ONLY " + name;
  }

  private String columns() {
    return table().columns().stream()
        .map(column -> "t." + TableName.quote(column.name()))
        .collect(Collectors.joining(", "));
  }

  private PGConnection postgres() {
    try {
      return connection.unwrap(PGConnection.class);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private RuntimeException unreadable(SQLException cause) {
    return SourceErrors.of("cannot read " + table().name(), cause);
  }

  private void copy(String query, RowShape shape, RowSink sink) throws SQLException {
    RowImage image = shape.newImage();
    CopyOut copy = postgres().getCopyAPI().copyOut("COPY (" + query + ") TO STDOUT");
    try {
      // The backend sends one message per row (PostgreSQL's manual, CopyData).
      for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
        CopyText.read(line, shape, image);
        sink.row(image);
      }
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  @Override
  public void close() {
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written, and the server ends the session by itself.
    }
  }
}
