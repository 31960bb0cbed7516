package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.SeedSnapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's catalog as it is at or behind a transaction of the stream, over one connection that
 * is opened when it is first needed and after each failure. For one thread, but for {@link #close}.
 *
 * <p>The WAL of a transaction can be read before the transaction is visible to others: for as long
 * as it waits for a synchronous standby. Its own changes of shape are not in the catalog then,
 * which would be older than the stream.
 */
final class LiveCatalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCatalog.class);
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PAUSE_NANOS = 5_000_000;

  /** Above every commit record. */
  private static final long ANY_LSN = -1L;

  private final SourceSession sessions;
  private final TypeOptions types;
  private final CatalogMemory memory = new CatalogMemory(System::nanoTime);
  private volatile Connection connection;
  private volatile boolean closed;

  LiveCatalog(SourceSession sessions, TypeOptions types) {
    this.sessions = sessions;
    this.types = types;
  }

  /**
   * A table in one snapshot that contains the transaction; empty when it is gone.
   *
   * @throws MirrorException {@code SOURCE_FAILED} when the transaction is not visible for long;
   *     with another {@code SOURCE_…} code when the source does not answer
   */
  Optional<SourceTable> table(long oid, Transaction behind) {
    return table(oid, Optional.of(behind));
  }

  /**
   * The same, if it was read a moment ago; what is behind that is not in it, so that it is no
   * answer to what a table that changed looks like now.
   */
  Optional<SourceTable> remembered(long oid, Transaction behind) {
    return memory.table(oid, behind);
  }

  /** The same, behind whatever is visible now when no transaction is named. */
  Optional<SourceTable> table(long oid, Optional<Transaction> behind) {
    try {
      return read(oid, behind);
    } catch (SQLException e) {
      LOG.debug("reading the catalog again", e);
      disconnect();
    }
    try {
      return read(oid, behind);
    } catch (SQLException e) {
      disconnect();
      throw SourceErrors.of("cannot read the catalog", e);
    }
  }

  private Optional<SourceTable> read(long oid, Optional<Transaction> behind) throws SQLException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Connection open = connection();
      SeedSnapshot snapshot = new SeedSnapshot(snapshot(open), ANY_LSN);
      boolean visible = behind.filter(in -> !snapshot.contains(in.commitLsn(), in.xid())).isEmpty();
      Optional<SourceTable> table =
          visible ? new Catalog(open, types).table(oid) : Optional.empty();
      open.rollback();
      if (visible) {
        table.ifPresent(found -> memory.keep(found, snapshot));
        return table;
      }
      if (System.nanoTime() - end > 0) {
        throw new MirrorException(
            ErrorCode.SOURCE_FAILED, "a transaction is in the WAL, but not visible yet");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private Connection connection() throws SQLException {
    if (closed) {
      throw new MirrorException(ErrorCode.SOURCE_UNREACHABLE, "the stream was stopped");
    }
    if (connection == null) {
      Connection opened = sessions.open();
      connection = opened;
      opened.setNetworkTimeout(Runnable::run, TIMEOUT_MILLIS);
      opened.setReadOnly(true);
      opened.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      opened.setAutoCommit(false);
    }
    return connection;
  }

  private static String snapshot(Connection open) throws SQLException {
    try (Statement statement = open.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_snapshot()::text")) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public void close() {
    closed = true;
    disconnect();
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (SQLException e) {
      LOG.debug("a connection that was gone already", e);
    }
  }
}
