package io.deltamirror.worker.seed;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.worker.stream.StreamOffset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Whether the stream can go on where the stored offset says, and if not, why. What it cannot prove
 * to be a continuation is none: a seed too many is only dear. For one thread.
 */
final class Continuity {
  /**
   * The server decodes from the oldest transaction that was open, and answers at the end. Were that
   * given up too early, each start would begin it anew, and no stream move the slot.
   */
  private static final int PEEK_TIMEOUT_MILLIS = 3_600_000;

  private final Connection connection;
  private final ReplicationSlot slot;
  private final SourceNames names;

  Continuity(Connection connection, ReplicationSlot slot, SourceNames names) {
    this.connection = connection;
    this.slot = slot;
    this.names = names;
  }

  /** Why the stored positions cannot be compared with those to come. */
  Optional<String> difference(Optional<SourceIdentity> stored, SourceIdentity found) {
    if (stored.isEmpty()) {
      return Optional.of("the mirror starts");
    }
    SourceIdentity before = stored.get();
    if (!before.systemIdentifier().equals(found.systemIdentifier())) {
      return Optional.of("the source is another server than before");
    }
    if (before.timeline() != found.timeline()) {
      return Optional.of("the source has failed over or was restored (another timeline)");
    }
    if (!before.slot().equals(found.slot())) {
      return Optional.of("the replication slot has another name");
    }
    if (before.partitions() != found.partitions()) {
      return Optional.of("the hub's number of partitions has changed");
    }
    return sameHub(before, found) ? Optional.empty() : Optional.of("the hub was created anew");
  }

  /** Whether the hub that takes events now is the one that took the earlier ones. */
  static boolean sameHub(SourceIdentity before, SourceIdentity found) {
    return before.hub().isEmpty() || found.hub().isEmpty() || before.hub().equals(found.hub());
  }

  /**
   * Why the offset is no place to go on from. The offset is stored before the slot is told, so a
   * slot that is ahead of it was moved by somebody else. A slot that is behind it may be so after a
   * crash of the server; or the server is an older copy of itself, with the same identifier and
   * timeline, whose WAL may have grown past the offset meanwhile. Then the transaction that the
   * offset ends with is not in it, or there are others between that and the offset, which may be
   * far behind it where the source's WAL was of no concern to the mirror.
   *
   * @param generation stored one
   */
  Optional<String> lost(long generation, Optional<StreamOffset> offset, ReplicationSlot.Status at)
      throws SQLException {
    if (offset.filter(o -> o.generation() == generation).isEmpty()) {
      return Optional.of("the place in the stream was lost");
    }
    StreamOffset place = offset.get();
    int order = Long.compareUnsigned(at.confirmedFlush(), place.endLsn());
    if (order > 0) {
      return Optional.of("the replication slot was moved ahead of what was sent");
    }
    if (order < 0 && !isContained(place, at)) {
      return Optional.of("the source was restored to an earlier state");
    }
    return Optional.empty();
  }

  private boolean isContained(StreamOffset place, ReplicationSlot.Status at) throws SQLException {
    if (isAhead(place.endLsn())) {
      return false;
    }
    return place.commitLsn() != 0 && place.commitMicros() != 0 && isLast(place, at);
  }

  private boolean isLast(StreamOffset place, ReplicationSlot.Status at) throws SQLException {
    int patience = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, PEEK_TIMEOUT_MILLIS);
    boolean last =
        slot.lastIs(
            at.confirmedFlush(),
            List.of(names.full(), names.insertOnly()),
            place.commitLsn(),
            place.commitMicros(),
            place.endLsn());
    connection.setNetworkTimeout(Runnable::run, patience);
    return last;
  }

  /** Whether an LSN is ahead of all WAL that the server has. */
  boolean isAhead(long lsn) {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Long.compareUnsigned(lsn, Position.parseLsn(row.getString(1))) > 0;
    } catch (SQLException e) {
      throw SourceErrors.of("cannot read the WAL's position", e);
    }
  }
}
