package io.deltamirror.worker.lease;

import io.deltamirror.core.state.MirrorLease;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries for a {@link Lease} and renews it, in a thread of its own from {@link #start} to {@link
 * #close}. Thread-safe.
 */
public final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final long JOIN_MILLIS = 5_000;

  private final Lease lease;
  private final String mirror;
  private final LongSupplier nanoTime;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private String told = "";
  private volatile long answeredNanos;

  public LeaseKeeper(Lease lease, String mirror, LongSupplier nanoTime) {
    this.lease = lease;
    this.mirror = mirror;
    this.nanoTime = nanoTime;
    this.answeredNanos = nanoTime.getAsLong();
    this.thread = new Thread(this::run, "mirror-lease-" + mirror);
    thread.setDaemon(true);
  }

  /** Begins to try; once. */
  public void start() {
    thread.start();
  }

  public Lease lease() {
    return lease;
  }

  /** When the store last answered, by the ticker. */
  public long answeredNanos() {
    return answeredNanos;
  }

  private void run() {
    try {
      long pause;
      do {
        pause = attempt();
      } while (!stop.await(pause, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the milliseconds until the next one. */
  private long attempt() {
    long third = lease.ttl().toMillis() / 3;
    long tenth = Math.max(20, lease.ttl().toMillis() / 10);
    try {
      boolean held = lease.attempt();
      answeredNanos = nanoTime.getAsLong();
      tell(held);
      return held ? third : tenth;
    } catch (RuntimeException e) {
      LOG.warn("{}: the lease cannot be renewed or looked at: {}", mirror, e.getMessage());
      return tenth;
    }
  }

  private void tell(boolean held) {
    String now =
        held
            ? "owns the mirror"
            : "stands by: "
                + lease.other().map(MirrorLease::owner).orElse("another worker")
                + " owns the mirror, or has until its lease of "
                + lease.other().map(MirrorLease::ttlMillis).orElse(0L)
                + " ms is over";
    if (!now.equals(told)) {
      LOG.info("{} {}", mirror, now);
      told = now;
    }
  }

  /** Ends the renewing and gives the lease up. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(JOIN_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("{}: the store does not answer; the lease ends by itself", mirror);
        return;
      }
      lease.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("{}: the lease ends by itself: {}", mirror, e.getMessage());
    }
  }
}
