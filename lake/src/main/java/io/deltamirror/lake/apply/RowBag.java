package io.deltamirror.lake.apply;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows by their values, equal ones counted: NULL equals NULL, floating-point numbers are compared
 * by value but for a NaN, which equals itself, and a negative zero, which differs from zero. For
 * one thread.
 */
final class RowBag {
  private static final long OVERHEAD = 120;

  private final Map<Content, Count> counts = new LinkedHashMap<>();
  private long size;
  private long weight;

  /** Takes every row of a bag. */
  interface RowTaker<E extends Exception> {
    void take(Object[] row) throws E;
  }

  /** Adds a row, which must not be changed afterwards. */
  void add(Object[] row) {
    Count count = counts.computeIfAbsent(new Content(row), content -> new Count());
    if (count.rows++ == 0) {
      weight += OVERHEAD + ValueSize.of(row);
    }
    size++;
  }

  /** Removes one row with these values; whether there was one. */
  boolean remove(Object[] row) {
    Content content = new Content(row);
    Count count = counts.get(content);
    if (count == null) {
      return false;
    }
    size--;
    if (--count.rows == 0) {
      counts.remove(content);
      weight -= OVERHEAD + ValueSize.of(row);
    }
    return true;
  }

  void clear() {
    counts.clear();
    size = 0;
    weight = 0;
  }

  /** Hands out each row, as often as it is there, equal ones after each other. */
  <E extends Exception> void forEach(RowTaker<E> taker) throws E {
    for (Map.Entry<Content, Count> entry : counts.entrySet()) {
      for (long i = 0; i < entry.getValue().rows; i++) {
        taker.take(entry.getKey().row());
      }
    }
  }

  /** Each of the different rows, once. */
  Iterable<Object[]> distinct() {
    return () -> counts.keySet().stream().map(Content::row).iterator();
  }

  /** Rows, equal ones counted. */
  long size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Memory, estimated, in bytes. */
  long weight() {
    return weight;
  }

  /** A row, equal to one with equal values. */
  private static final class Content {
    private final Object[] row;
    private final int hash;

    Content(Object[] row) {
      this.row = row;
      this.hash = Arrays.hashCode(row);
    }

    Object[] row() {
      return row;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content content
          && hash == content.hash
          && Arrays.equals(row, content.row);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private static final class Count {
    private long rows;
  }
}
