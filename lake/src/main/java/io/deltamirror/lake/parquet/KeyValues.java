package io.deltamirror.lake.parquet;

/**
 * Values of one key column that can be reached by index: of the keys looked for, of a page, or of
 * the bounds of all pages. Values of the same column compare with each other wherever they come
 * from. Immutable.
 */
sealed interface KeyValues permits LongValues, BytesValues {
  /** Keeps an index plus a step below {@link Integer#MAX_VALUE} for up to a billion values. */
  int LONGEST_STEP = 1 << 30;

  int size();

  int compare(int index, KeyValues other, int otherIndex);

  /** Memory in bytes. */
  long weight();

  /** First index in {@code [from, to)} whose value is not below the probe, or {@code to}. */
  default int lowerBound(KeyValues probes, int probe, int from, int to) {
    return bound(probes, probe, 0, from, to);
  }

  /** First index in {@code [from, to)} whose value is above the probe, or {@code to}. */
  default int upperBound(KeyValues probes, int probe, int from, int to) {
    return bound(probes, probe, 1, from, to);
  }

  /** Gallops from the front, as successive searches mostly end close to where they began. */
  private int bound(KeyValues probes, int probe, int limit, int from, int to) {
    int low = from;
    int high = from;
    int step = 1;
    while (high < to && compare(high, probes, probe) < limit) {
      low = high + 1;
      high = Math.min(high + step, to);
      step = Math.min(step << 1, LONGEST_STEP);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(middle, probes, probe) < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
