package io.deltamirror.lake.verify;

import java.time.Duration;

/** Knows how far the mirror is behind its source. */
public interface MirrorProgress {

  /** Whether the mirror has arrived, and if not, why not, for people. */
  sealed interface Standing {
    /** The table's mirror has everything that had committed when the wait began. */
    record CaughtUp() implements Standing {}

    /** The stream has not come that far, for no table. */
    record StreamBehind(String reason) implements Standing {}

    /** The stream has, but this table is being seeded, has failed or is not mirrored. */
    record TableNotReady(String reason) implements Standing {}
  }

  /**
   * Waits until everything that had committed on the source when it was called is in the table's
   * mirror, but no longer than the given time, or than there is hope.
   */
  Standing catchUp(long tableOid, Duration atMost) throws InterruptedException;
}
