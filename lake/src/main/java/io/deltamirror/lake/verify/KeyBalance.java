package io.deltamirror.lake.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Rows of both sides against each other: a row of the source counts up, one of the mirror down, and
 * a key whose rows cancel out is forgotten. Thread-safe, so that both sides can be read at once.
 */
final class KeyBalance {
  private final Map<RowKey, Sum> open = new HashMap<>();

  void addSource(RowImage row) {
    add(row.key(), row.low(), row.high());
  }

  void addMirrored(RowImage row) {
    add(row.key(), -row.low(), -row.high());
  }

  private synchronized void add(RowKey key, long low, long high) {
    open.merge(key, new Sum(low, high), Sum::plus);
  }

  /** Keys whose rows differ between the sides, or are not as often on one as on the other. */
  synchronized Set<RowKey> unbalanced() {
    return Set.copyOf(open.keySet());
  }

  private record Sum(long low, long high) {
    /** Null, which removes the entry, when nothing is left. */
    private Sum plus(Sum other) {
      Sum sum = new Sum(low + other.low, high + other.high);
      return sum.low == 0 && sum.high == 0 ? null : sum;
    }
  }
}
