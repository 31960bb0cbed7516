package io.deltamirror.lake.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One look at a set of keys on both sides. Each side may be filled by its own thread; what was seen
 * is asked for when both have ended.
 */
final class Sightings {
  /** Rows of one key that are kept; a mirror with more is wrong all the same. */
  private static final int ROWS_PER_KEY = 4;

  private final Map<RowKey, Rows> source = new HashMap<>();
  private final Map<RowKey, Rows> mirror = new HashMap<>();

  /** Looks for the given keys only. */
  Sightings(List<RowKey> keys) {
    keys.forEach(key -> source.put(key, new Rows()));
    keys.forEach(key -> mirror.put(key, new Rows()));
  }

  void addSource(RowImage row) {
    add(source, row);
  }

  void addMirrored(RowImage row) {
    add(mirror, row);
  }

  private static void add(Map<RowKey, Rows> side, RowImage row) {
    Rows rows = side.get(row.key());
    if (rows != null) {
      rows.add(row);
    }
  }

  Sighting of(RowKey key) {
    return new Sighting(source.get(key).seen(), mirror.get(key).seen());
  }

  private static final class Rows {
    private final List<RowPrint> first = new ArrayList<>(1);
    private long count;

    void add(RowImage row) {
      count++;
      if (first.size() < ROWS_PER_KEY) {
        first.add(new RowPrint(row));
      }
    }

    Seen seen() {
      return new Seen(first.stream().sorted().toList(), count);
    }
  }
}
