package io.deltamirror.lake.parquet;

/**
 * Values that sort as longs: of the kinds INTEGER, LONG and BOOLEAN. Close ones, as on a page of
 * ascending keys, take two bytes each.
 */
final class LongValues implements KeyValues {
  private final long base;
  private final char[] near;
  private final long[] far;

  LongValues(long[] values) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (long value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    base = min;
    // A difference that overflows is negative.
    boolean close = max - min >= 0 && max - min <= Character.MAX_VALUE;
    far = close ? null : values;
    near = close ? new char[values.length] : null;
    for (int i = 0; close && i < values.length; i++) {
      near[i] = (char) (values[i] - min);
    }
  }

  private long value(int index) {
    return near == null ? far[index] : base + near[index];
  }

  @Override
  public int size() {
    return near == null ? far.length : near.length;
  }

  @Override
  public int compare(int index, KeyValues other, int otherIndex) {
    return Long.compare(value(index), ((LongValues) other).value(otherIndex));
  }

  @Override
  public long weight() {
    return near == null ? (long) Long.BYTES * far.length : (long) Character.BYTES * near.length;
  }
}
