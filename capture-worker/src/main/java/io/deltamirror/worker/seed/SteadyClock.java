package io.deltamirror.worker.seed;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/**
 * Shows the time that another clock showed when this was made, and from then on what has passed: a
 * wall clock that is set makes no interval longer or shorter. Thread-safe.
 */
final class SteadyClock extends Clock {
  private final Instant began;
  private final long beganNanos;
  private final ZoneId zone;

  SteadyClock(Clock clock) {
    this(clock.instant(), System.nanoTime(), clock.getZone());
  }

  private SteadyClock(Instant began, long beganNanos, ZoneId zone) {
    this.began = began;
    this.beganNanos = beganNanos;
    this.zone = zone;
  }

  @Override
  public Instant instant() {
    return began.plusNanos(System.nanoTime() - beganNanos);
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteadyClock(began, beganNanos, other);
  }
}
