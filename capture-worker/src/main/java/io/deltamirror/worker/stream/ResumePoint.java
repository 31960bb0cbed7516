package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the place where a stream goes on. The slot must not be ahead of the stored offset: it moves
 * only behind what is stored. Where it is, or where no offset of the present generation is stored,
 * changes may be missing without a trace, so every table is seeded anew.
 */
final class ResumePoint {
  private static final Logger LOG = LoggerFactory.getLogger(ResumePoint.class);

  private final MirrorState state;
  private final OffsetDocument offsets;
  private final SourceSession sessions;
  private final Clock clock;

  ResumePoint(MirrorState state, OffsetDocument offsets, SourceSession sessions, Clock clock) {
    this.state = state;
    this.offsets = offsets;
    this.sessions = sessions;
    this.clock = clock;
  }

  /** The stored offset, or a new one, stored before this returns. */
  StreamOffset find(ReplicationSource source) {
    long slotLsn = confirmedLsn(source.slot());
    Optional<StreamOffset> stored =
        offsets
            .offset()
            .filter(offset -> offset.generation() == source.generation())
            .filter(offset -> Long.compareUnsigned(slotLsn, offset.endLsn()) <= 0);
    if (stored.isPresent()) {
      return stored.get();
    }
    // The seeds first: were the new offset stored before, a crash between would forget them.
    state.tables().list(TableState.PREFIX).forEach(this::reseed);
    StreamOffset start = StreamOffset.startOf(source.generation(), slotLsn);
    Failpoints.reach(Failpoint.STREAM_TABLES_RESEEDED);
    offsets.write(start);
    return start;
  }

  private void reseed(TableState listed) {
    state
        .tables()
        .update(
            TableState.document(listed.oid()),
            table -> {
              boolean waits =
                  table.stage() == SeedStage.REQUESTED && table.status() != TableStatus.FAILED;
              if (table.seed() == 0 || waits) {
                return table;
              }
              LOG.warn("{} is seeded anew: its place in the stream is lost", table.name());
              return table.reseed(
                  table.schema().orElseThrow(),
                  "the place in the stream was lost",
                  clock.instant());
            });
  }

  private long confirmedLsn(String slot) {
    try (Connection connection = sessions.open()) {
      return new ReplicationSlot(connection, slot)
          .describe()
          .orElseThrow(
              () -> new MirrorException(ErrorCode.SOURCE_FAILED, "there is no slot " + slot))
          .confirmedFlush();
    } catch (SQLException e) {
      throw SourceErrors.of("cannot look at the slot " + slot, e);
    }
  }
}
