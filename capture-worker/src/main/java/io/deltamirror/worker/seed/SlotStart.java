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
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(SlotStart.class);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int PAUSES_UNTIL_TOLD = 100;

  /** A change of the catalog that changes nothing, as far as this role may make one. */
  private static final String CHANGE =
      """
      SELECT CASE WHEN pg_has_role(pubowner, 'USAGE')
                  THEN format('COMMENT ON PUBLICATION %I IS %L', pubname,
                              coalesce(obj_description(oid, 'pg_publication'), 'Delta Mirror'))
                  WHEN has_database_privilege(current_database(), 'TEMP')
                  THEN 'CREATE TEMPORARY TABLE delta_mirror_slot_start () ON COMMIT DROP'
             END
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
   * Says what is in the way of {@link #await}, before anything is changed for it.
   *
   * @throws MirrorException {@code SOURCE_ROLE} when this role may not change the catalog at all
   */
  void require() throws SQLException {
    change();
  }

  private String change() throws SQLException {
    return Optional.ofNullable(one(CHANGE, names.full()))
        .orElseThrow(
            () ->
                new MirrorException(
                    ErrorCode.SOURCE_ROLE,
                    "a new slot needs a change of the catalog: let the role own publication "
                        + names.full()
                        + " (as ./mirror grants says), or grant it TEMPORARY on the database"));
  }

  /**
   * Returns when every transaction that is running now has ended and the slot is past it.
   *
   * @throws MirrorException as {@link #require}; {@code STALE_WRITER} when the mirror has another
   *     owner meanwhile
   */
  void await() throws SQLException {
    SourceSession.execute(connection, change());
    OpenTransactions transactions = new OpenTransactions(connection);
    long mark = transactions.mark();
    for (int pauses = 1; transactions.oldest() <= mark; pauses++) {
      if (pauses % PAUSES_UNTIL_TOLD == 0) {
        LOG.info(
            "the new slot waits for transactions that ran while it was made; the oldest: {}",
            transactions.owner(transactions.oldest()));
      }
      pause();
    }
    long end = Barrier.emit(connection);
    while (!"t"
        .equals(one("SELECT pg_current_wal_flush_lsn() >= ?::pg_lsn", Position.lsnText(end)))) {
      pause();
    }
    new ReplicationSlot(connection, names.slot()).advance(end);
  }

  private void pause() {
    if (!paused()) {
      throw new MirrorException(
          ErrorCode.SOURCE_FAILED, "the worker ended before its slot was past all transactions");
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
