package io.deltamirror.lake.parquet;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order of the rows in a data file: by the key columns, each in the natural order of its {@link
 * ColumnKind}. Key values are never null. Immutable.
 */
public final class KeyOrder implements Comparator<Object[]> {
  private final ColumnKind[] kinds;
  private final int[] positions;

  /** Compares keys: arrays that hold the key's values only, in key order. */
  public KeyOrder(List<ColumnKind> kinds) {
    this(kinds, IntStream.range(0, kinds.size()).toArray());
  }

  /** Compares rows whose {@code n}-th key value stands at {@code positions[n]}. */
  public KeyOrder(List<ColumnKind> kinds, int[] positions) {
    if (kinds.size() != positions.length) {
      throw new IllegalArgumentException(
          kinds.size() + " kinds for " + positions.length + " positions");
    }
    this.kinds = kinds.toArray(ColumnKind[]::new);
    this.positions = positions.clone();
  }

  @Override
  public int compare(Object[] left, Object[] right) {
    for (int i = 0; i < kinds.length; i++) {
      int result = kinds[i].compare(left[positions[i]], right[positions[i]]);
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
