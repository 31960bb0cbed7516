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

  private final Map<RowKey, List<RowPrint>> source = new HashMap<>();
  private final Map<RowKey, List<RowPrint>> mirror = new HashMap<>();

  /** Looks for the given keys only. */
  Sightings(List<RowKey> keys) {
    keys.forEach(key -> source.put(key, new ArrayList<>(1)));
    keys.forEach(key -> mirror.put(key, new ArrayList<>(1)));
  }

  void addSource(RowImage row) {
    add(source, row);
  }

  void addMirrored(RowImage row) {
    add(mirror, row);
  }

  private static void add(Map<RowKey, List<RowPrint>> side, RowImage row) {
    List<RowPrint> rows = side.get(row.key());
    if (rows != null && rows.size() < ROWS_PER_KEY) {
      rows.add(new RowPrint(row));
    }
  }

  Sighting of(RowKey key) {
    return new Sighting(
        source.get(key).stream().sorted().toList(), mirror.get(key).stream().sorted().toList());
  }
}
