package io.deltamirror.worker.lease;

import io.deltamirror.core.state.MirrorState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** Tenures without a worker around them. */
public final class Tenures {
  private Tenures() {}

  /** The next one of a mirror, whoever had the one before; for an hour. */
  public static Tenure begin(MirrorState state) {
    return begin(state, new CountDownLatch(1));
  }

  /** As {@link #begin(MirrorState)}, of a worker that is told to stop by the latch. */
  public static Tenure begin(MirrorState state, CountDownLatch stop) {
    Lease lease =
        new Lease(
            state.store(),
            state.mirror(),
            LeaseOwner.unique(),
            Duration.ofHours(1),
            System::nanoTime);
    state.store().get(state.mirror(), "lease").ifPresent(state.store()::delete);
    if (!lease.attempt()) {
      throw new IllegalStateException("somebody else wants it");
    }
    return Tenure.begin(state, lease, stop, Instant.now());
  }
}
