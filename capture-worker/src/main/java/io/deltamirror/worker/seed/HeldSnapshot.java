package io.deltamirror.worker.seed;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.SeedSnapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exported snapshot and the connection whose open transaction keeps it usable for others. Holds
 * back the source's vacuum as long as it is open. For one thread.
 */
final class HeldSnapshot implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeldSnapshot.class);
  private static final int ALIVE_SECONDS = 10;

  private final Connection connection;
  private final String name;
  private final SeedSnapshot contents;

  private HeldSnapshot(Connection connection, String name, SeedSnapshot contents) {
    this.connection = connection;
    this.name = name;
    this.contents = contents;
  }

  /**
   * Takes one.
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code
   */
  static HeldSnapshot take(SourceSession session) {
    Connection connection = session.open();
    try (Statement statement = connection.createStatement()) {
      // So that its LSN is above that of any snapshot before, and identifies it.
      Barrier.nudge(connection);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      String name;
      String visible;
      try (ResultSet row =
          statement.executeQuery("SELECT pg_export_snapshot(), pg_current_snapshot()::text")) {
        row.next();
        name = row.getString(1);
        visible = row.getString(2);
      }
      // A statement later: whatever the snapshot saw has its commit record before this.
      try (ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
        row.next();
        long lsn = Position.parseLsn(row.getString(1));
        return new HeldSnapshot(connection, name, new SeedSnapshot(visible, lsn));
      }
    } catch (SQLException e) {
      closeQuietly(connection);
      throw SourceErrors.of("cannot export a snapshot", e);
    }
  }

  /** What others import it by, as long as this is open. */
  String name() {
    return name;
  }

  SeedSnapshot contents() {
    return contents;
  }

  /** All tables as the snapshot sees them. */
  List<SourceTable> tables(TypeOptions types) throws SQLException {
    return new Catalog(connection, types).tables();
  }

  /** Whether the server still keeps it. */
  boolean alive() {
    try {
      return connection.isValid(ALIVE_SECONDS);
    } catch (SQLException e) {
      throw new IllegalArgumentException("isValid refuses negative times only", e);
    }
  }

  @Override
  public void close() {
    closeQuietly(connection);
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing a snapshot's connection", e);
    }
  }
}
