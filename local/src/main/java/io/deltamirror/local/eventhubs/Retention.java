package io.deltamirror.local.eventhubs;

import java.time.Duration;

/**
 * How long a partition keeps its events. Whole segments are deleted, and only when nothing in them
 * is promised: an event younger than {@code age} goes only when {@code bytes} newer ones follow it.
 *
 * @param age how long events are kept at least, unless {@code bytes} says otherwise
 * @param bytes how many bytes of the newest events every partition keeps at least; older ones go
 *     even when younger than {@code age}. {@link Long#MAX_VALUE} for no such limit
 */
public record Retention(Duration age, long bytes) {
  /**
   * The shortest the service offers, and no limit in bytes, which it does not know: losing unread
   * changes costs a reseed.
   */
  public static final Retention ONE_DAY = ofAge(Duration.ofDays(1));

  public Retention {
    if (age.isNegative() || age.isZero()) {
      throw new IllegalArgumentException("Retention age must be positive, not " + age);
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("Retention bytes must be positive, not " + bytes);
    }
  }

  public static Retention ofAge(Duration age) {
    return new Retention(age, Long.MAX_VALUE);
  }
}
