package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.worker.lease.Tenure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Where a slot that was just made can be read from.
 *
 * <p>PostgreSQL builds a slot's snapshot in steps, each of which waits for transactions. A change
 * of the catalog that is committed between the first two of them is missing in the snapshot that
 * transactions before the last one begin with, and that those after it go on with until the next
 * change of the catalog (PostgreSQL 14 to 18: {@code snapbuild.c} passes over commits until it can
 * decode changes, and keeps a snapshot until a commit renews it). Their rows are decoded with
 * columns as they were, or the stream ends at them for good, with "could not map filenumber to
 * relation OID". So the catalog is changed, which renews the snapshot, all transactions that began
 * before that are waited for, and the slot is moved past them. Nothing is lost by that, as every
 * table is copied after it.
 */
final class SlotStart {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** A change of the catalog that changes nothing. */
  private static final String COMMENT =
      """
      SELECT format('COMMENT ON PUBLICATION %I IS %L', pubname,
                    coalesce(obj_description(oid, 'pg_publication'), 'Delta Mirror'))
      FROM pg_publication WHERE pubname = ?
      """;

  private final Connection connection;
  private final SourceNames names;
  private final Tenure tenure;

  SlotStart(Connection connection, SourceNames names, Tenure tenure) {
    this.connection = connection;
    this.names = names;
    this.tenure = tenure;
  }

  /**
   * Returns when every transaction that is running now has ended and the slot is past it.
   *
   * @throws MirrorException {@code STALE_WRITER} when the mirror has another owner meanwhile
   */
  void await() throws SQLException {
    SourceSession.execute(connection, one(COMMENT, names.full()));
    String next =
        one(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text FROM pg_publication"
                + " WHERE pubname = ?",
            names.full());
    awaitTrue("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= ?::xid8", next);
    long end = Barrier.emit(connection);
    awaitTrue("SELECT pg_current_wal_flush_lsn() >= ?::pg_lsn", Position.lsnText(end));
    new ReplicationSlot(connection, names.slot()).advance(end);
  }

  private void awaitTrue(String question, String argument) throws SQLException {
    while (!"t".equals(one(question, argument))) {
      if (!paused()) {
        throw new MirrorException(
            ErrorCode.SOURCE_FAILED, "the worker ended before its slot was past all transactions");
      }
    }
  }

  private boolean paused() {
    try {
      return tenure.pause(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The first value; each query has one parameter. */
  private String one(String query, String argument) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, argument);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new MirrorException(
              ErrorCode.SOURCE_PUBLICATION, "publication " + names.full() + " is gone");
        }
        return row.getString(1);
      }
    }
  }
}
