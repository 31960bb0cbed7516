package io.deltamirror.worker.stream;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Partitions that the stream has shown since their table's shape was decided last. pgoutput shows
 * one right behind the table that its rows are published as, before the first of them
 * (maybe_send_schema): nothing else tells of one that is made, filled and dropped before anybody
 * looks. For one thread.
 */
final class ShownPartitions {
  private final Map<Long, Set<Long>> shown = new HashMap<>();
  private long last;

  /** The stream shows a table, or a partition behind it. */
  void show(long oid) {
    if (last != 0 && last != oid) {
      shown.computeIfAbsent(last, unused -> new HashSet<>()).add(oid);
    }
    last = oid;
  }

  /** A change follows. */
  void end() {
    last = 0;
  }

  /**
   * What was shown behind a table, for the last time. Where that is not partitioned it means
   * nothing: before a TRUNCATE of several tables all of them are shown.
   */
  Set<Long> take(long table) {
    Set<Long> taken = shown.remove(table);
    return taken == null ? Set.of() : taken;
  }
}
