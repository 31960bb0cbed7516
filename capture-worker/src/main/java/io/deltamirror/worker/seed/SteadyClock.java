package io.deltamirror.worker.seed;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Shows the time that another clock showed when this was made, and from then on what has passed: a
 * wall clock that is set makes no interval longer or shorter. Thread-safe.
 */
final class SteadyClock extends Clock {
  private final Instant began;
  private final long beganNanos = System.nanoTime();

  SteadyClock(Clock clock) {
    this.began = clock.instant();
  }

  @Override
  public Instant instant() {
    return began.plusNanos(System.nanoTime() - beganNanos);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** Nobody asks it for a date. */
  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
