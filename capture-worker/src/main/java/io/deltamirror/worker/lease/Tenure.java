package io.deltamirror.worker.lease;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.MirrorLease;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SourceIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The time in which one worker owns a mirror under one fence: it begins with the fence, which it
 * takes while it holds the lease, and ends when the lease or the fence is another's. Thread-safe.
 */
public final class Tenure {
  private final MirrorState raw;
  private final FencedStore store;
  private final Lease lease;
  private final long fence;
  private final String instance;
  private final CountDownLatch stop;

  private Tenure(MirrorState raw, Lease lease, long fence, String instance, CountDownLatch stop) {
    this.raw = raw;
    this.store = new FencedStore(raw.store(), raw.mirror(), fence, lease::held);
    this.lease = lease;
    this.fence = fence;
    this.instance = instance;
    this.stop = stop;
  }

  /**
   * Takes the next fence. From when this returns nothing that an earlier owner does changes the
   * mirror's state.
   *
   * @param lease that is held
   * @param stop counts down when the worker is to end
   * @throws io.deltamirror.core.MirrorException {@code STALE_WRITER} when the lease is not held
   */
  public static Tenure begin(MirrorState raw, Lease lease, CountDownLatch stop, Instant now) {
    Optional<Long> generation = raw.identity().map(SourceIdentity::generation);
    long seen =
        raw.marks().list(PartitionMark.PREFIX).stream()
            // Of an earlier generation no mark counts, whatever was put into its partition late.
            .filter(
                mark -> generation.isEmpty() || mark.position().generation() >= generation.get())
            .mapToLong(PartitionMark::fence)
            .max()
            .orElse(0);
    long fence =
        raw.runs()
            .change(
                MirrorRun.DOCUMENT,
                run -> {
                  requireHeld(raw, lease); // at each attempt: another one's fence may have come
                  return Optional.of(run.orElseGet(() -> MirrorRun.initial(now)).nextFence(seen));
                })
            .orElseThrow()
            .fence();
    Failpoints.reach(Failpoint.FENCE_TAKEN);
    Tenure tenure =
        new Tenure(raw, lease, fence, raw.lease().map(MirrorLease::instance).orElse(""), stop);
    tenure.store.seal();
    Failpoints.reach(Failpoint.LEASE_STATE_SEALED);
    tenure.store.check();
    return tenure;
  }

  private static void requireHeld(MirrorState state, Lease lease) {
    if (!lease.held()) {
      throw FencedStore.stale("the lease of " + state.mirror() + " is over");
    }
  }

  /** The mirror's state; writes are refused with {@code STALE_WRITER} when the tenure is over. */
  public MirrorState state() {
    return new MirrorState(store, raw.mirror());
  }

  public long fence() {
    return fence;
  }

  /** Of the mirror's lease. */
  public String instance() {
    return instance;
  }

  /**
   * Throws {@code STALE_WRITER} when the lease is over; asks nobody, and so returns at once.
   *
   * @throws io.deltamirror.core.MirrorException {@code STALE_WRITER}
   */
  public void require() {
    requireHeld(raw, lease);
  }

  /**
   * Waits.
   *
   * @return false when the worker was told to stop meanwhile
   * @throws io.deltamirror.core.MirrorException {@code STALE_WRITER} as {@link #require}
   */
  public boolean pause(Duration time) throws InterruptedException {
    boolean stopped = stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
    require();
    return !stopped;
  }
}
