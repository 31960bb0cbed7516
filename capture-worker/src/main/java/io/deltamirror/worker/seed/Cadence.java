package io.deltamirror.worker.seed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Gives each key its turn at once, and again not before an interval has passed. Not thread-safe.
 *
 * @param <K> what takes turns
 */
final class Cadence<K> {
  private final Duration interval;
  private final Clock clock;
  private final Map<K, Instant> last = new HashMap<>();

  Cadence(Duration interval, Clock clock) {
    this.interval = interval;
    this.clock = clock;
  }

  /** Whether it is the key's turn; if so, its next one is an interval away. */
  boolean due(K key) {
    Instant now = clock.instant();
    Instant before = last.get(key);
    if (before != null && now.isBefore(before.plus(interval))) {
      return false;
    }
    last.put(key, now);
    return true;
  }

  /** Forgets all others. */
  void retain(Set<K> keys) {
    last.keySet().retainAll(keys);
  }
}
