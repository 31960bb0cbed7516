package io.deltamirror.lake.parquet;

/** Values that sort as longs: of the kinds INTEGER, LONG and BOOLEAN. */
final class LongValues implements KeyValues {
  private final long[] values;

  LongValues(long[] values) {
    this.values = values;
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public int compare(int index, KeyValues other, int otherIndex) {
    return Long.compare(values[index], ((LongValues) other).values[otherIndex]);
  }

  @Override
  public long weight() {
    return (long) Long.BYTES * values.length;
  }
}
