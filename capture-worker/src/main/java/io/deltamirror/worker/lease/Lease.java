package io.deltamirror.worker.lease;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.MirrorLease;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.MirrorStore.Document;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * A worker's side of a mirror's {@link MirrorLease}. Time is what the given ticker says, which only
 * goes forward: a holder counts from before it wrote, a stand-by from after it read, so that the
 * holder's time is over first whatever the clocks of their machines show. Thread-safe; {@link
 * #held} never waits.
 */
public final class Lease {
  private final MirrorStore store;
  private final String mirror;
  private final String owner;
  private final Duration ttl;
  private final LongSupplier nanoTime;

  /** The document as it was read or written last, and since when it is known to be so. */
  private Optional<Document> last = Optional.empty();

  private long lastNanos;
  private volatile boolean holding;
  private volatile long endNanos;
  private volatile Optional<MirrorLease> other = Optional.empty();

  /**
   * A lease that is not held.
   *
   * @param owner unique to this object
   * @param ttl for how long the holder may be silent before another one takes over
   * @param nanoTime as {@link System#nanoTime()}
   */
  public Lease(
      MirrorStore store, String mirror, String owner, Duration ttl, LongSupplier nanoTime) {
    this.store = store;
    this.mirror = mirror;
    this.owner = owner;
    this.ttl = ttl;
    this.nanoTime = nanoTime;
  }

  Duration ttl() {
    return ttl;
  }

  /** Whether it is held, with a fifth of its time to spare. */
  public boolean held() {
    return holding && nanoTime.getAsLong() - endNanos < 0;
  }

  /** Who holds it instead, as it was seen last. */
  Optional<MirrorLease> other() {
    return other;
  }

  /**
   * Renews it, or takes it if it is free or its holder is silent. To be called often enough.
   *
   * @return whether it is held now
   * @throws io.deltamirror.core.MirrorException when the store does not answer
   */
  public synchronized boolean attempt() {
    long began = nanoTime.getAsLong();
    if (holding && write(last)) {
      return extend(began);
    }
    holding = false;
    Optional<Document> found = store.get(mirror, MirrorLease.DOCUMENT);
    long now = nanoTime.getAsLong();
    if (lastNanos == 0 || !found.equals(last)) {
      last = found;
      lastNanos = now;
    }
    Optional<MirrorLease> present = found.map(Lease::read);
    boolean silent =
        present.isPresent()
            && now - lastNanos >= Math.max(ttl.toNanos(), present.get().ttlMillis() * 1_000_000);
    if (present.isEmpty() || present.get().isFree() || isOurs(present.get()) || silent) {
      if (write(found)) {
        return extend(now);
      }
      return false; // another one was faster
    }
    other = present;
    return false;
  }

  /** A write of ours whose answer was lost looks like another's, but for the owner. */
  private boolean isOurs(MirrorLease present) {
    return present.owner().equals(owner);
  }

  private boolean write(Optional<Document> over) {
    MirrorLease before =
        over.map(Lease::read)
            .orElseGet(
                () -> new MirrorLease(UUID.randomUUID().toString().substring(0, 8), "", 0, 0));
    String text = Json.write(before.renew(owner, ttl.toMillis()));
    Optional<Document> written =
        over.isPresent()
            ? store.replace(over.get(), text)
            : store.create(mirror, MirrorLease.DOCUMENT, text);
    written.ifPresent(
        document -> {
          last = written;
          Failpoints.reach(Failpoint.LEASE_RENEWED);
        });
    return written.isPresent();
  }

  private boolean extend(long fromNanos) {
    endNanos = fromNanos + ttl.toNanos() / 5 * 4;
    holding = true;
    other = Optional.empty();
    return true;
  }

  /** Gives it up, if it is held, so that the next one need not wait. */
  public synchronized void release() {
    if (holding) {
      holding = false;
      last = store.replace(last.orElseThrow(), Json.write(read(last.get()).release()));
    }
  }

  private static MirrorLease read(Document document) {
    return Json.read(document.text(), MirrorLease.class);
  }
}
