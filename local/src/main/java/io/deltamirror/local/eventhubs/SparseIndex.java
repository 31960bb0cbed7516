package io.deltamirror.local.eventhubs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Some records of a segment, far enough apart that the index stays small whatever the size of
 * events. Thread-safe.
 */
final class SparseIndex {
  private static final int BYTES_BETWEEN = 256 * 1024;

  private final List<LogPosition> entries = new ArrayList<>();

  /**
   * Takes the record in if it is far enough behind the last one taken; to be called in the order of
   * the log.
   */
  synchronized void offer(LogPosition record) {
    if (entries.isEmpty()
        || record.offset() - entries.get(entries.size() - 1).offset() >= BYTES_BETWEEN) {
      entries.add(record);
    }
  }

  /**
   * The last entry below a value. Strictly below, because neighbours may share a time and the first
   * of them is wanted.
   *
   * @param key one of the parts of a position
   */
  synchronized Optional<LogPosition> lastBelow(ToLongFunction<LogPosition> key, long value) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (key.applyAsLong(entries.get(middle)) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? Optional.empty() : Optional.of(entries.get(low - 1));
  }
}
