package io.deltamirror.lake.parquet;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Page indexes and decoded key pages of data files, least recently used out first. One for all
 * tables. Data files never change, so nothing in it can be out of date. Thread-safe.
 */
public final class LocatorCache {
  /** What an entry takes besides its values: keys, map entry, array headers. */
  private static final long ENTRY_OVERHEAD = 200;

  private final long capacity;
  private final Map<Object, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  private record Entry(Object value, long weight) {}

  private record PageKey(DataFile file, long offset) {}

  /**
   * Makes an empty cache.
   *
   * @param capacity in bytes
   */
  public LocatorCache(long capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException("Capacity is negative: " + capacity);
    }
    this.capacity = capacity;
  }

  /** Bytes in use, never more than the capacity. */
  public synchronized long weight() {
    return weight;
  }

  /** The index of this file, or null. */
  KeyIndex index(DataFile file) {
    return (KeyIndex) get(file);
  }

  void putIndex(DataFile file, KeyIndex index) {
    put(file, index, index.weight());
  }

  /** The values of the page at this offset, or null. */
  KeyValues page(DataFile file, long offset) {
    return (KeyValues) get(new PageKey(file, offset));
  }

  void putPage(DataFile file, long offset, KeyValues values) {
    put(new PageKey(file, offset), values, values.weight());
  }

  private synchronized Object get(Object key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  private synchronized void put(Object key, Object value, long valueWeight) {
    Entry entry = new Entry(value, valueWeight + ENTRY_OVERHEAD);
    if (entry.weight() > capacity) {
      return;
    }
    Entry previous = entries.put(key, entry);
    weight += entry.weight() - (previous == null ? 0 : previous.weight());
    var eldest = entries.values().iterator();
    while (weight > capacity) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }
}
