package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.StreamLabel;
import io.deltamirror.worker.lease.Tenure;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until nobody streams from a slot any more. What an earlier owner of the mirror has left
 * open is ended: its lease is over, whatever it still reads cannot be stored by it, and the server
 * would keep a process that hangs for as long as {@code wal_sender_timeout} says, if at all.
 * Anybody else is waited for.
 */
final class SlotTakeover {
  private static final Logger LOG = LoggerFactory.getLogger(SlotTakeover.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** Then the mirror's status says what it waits for, and it begins anew. */
  private static final int ATTEMPTS = 10;

  private final ReplicationSlot slot;
  private final Tenure tenure;

  SlotTakeover(ReplicationSlot slot, Tenure tenure) {
    this.slot = slot;
    this.tenure = tenure;
  }

  /**
   * Returns when the slot is free, or is not there.
   *
   * @throws MirrorException {@code SOURCE_SLOT_IN_USE} when it was not for several seconds, {@code
   *     STALE_WRITER} when the mirror has another owner meanwhile
   */
  void await() throws SQLException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (slot.describe().filter(ReplicationSlot.Status::active).isEmpty()) {
        return;
      }
      tenure.require();
      LOG.info("{} waits for its slot", tenure.state().mirror());
      slot.terminateEarlier(new StreamLabel(tenure.instance(), tenure.fence()));
      if (!paused(pause)) {
        break;
      }
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
    throw new MirrorException(
        ErrorCode.SOURCE_SLOT_IN_USE, "another connection reads the mirror's replication slot");
  }

  private boolean paused(Duration pause) {
    try {
      return tenure.pause(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
