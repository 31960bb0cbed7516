package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.KeyBounds;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.KeyOrder;
import io.deltamirror.lake.parquet.KeySet;
import io.deltamirror.lake.parquet.RowLocator;
import java.io.IOException;
import java.util.List;

/** Finds the live rows of keys in a version of a table. Thread-safe. */
final class RowFinder {
  private final RowLocator locator;

  RowFinder(RowLocator locator) {
    this.locator = locator;
  }

  /**
   * Looks into each file whose statistics allow for one of the keys.
   *
   * @param keys sorted, none twice
   */
  FoundRows find(TableVersion version, List<Object[]> keys) throws IOException {
    TableColumns columns = version.columns();
    FoundRows found = new FoundRows(keys.size());
    if (keys.isEmpty()) {
      return found;
    }
    KeySet wanted = new KeySet(columns.keyColumns(), keys);
    DataColumn first = columns.keyColumns().get(0);
    KeyOrder byFirst = new KeyOrder(List.of(first.kind()), new int[] {0});
    for (LiveFile file : version.files()) {
      if (mayHold(file.keyBounds(), keys, byFirst)) {
        RowSet deleted = file.deleted();
        locator.locate(
            file.dataFile(),
            wanted,
            (key, row) -> {
              if (!deleted.contains(row)) {
                found.add(key, file, row);
              }
            });
      }
    }
    return found;
  }

  /** Whether a key's first value lies within the bounds; a NaN, which sorts last, within any. */
  private static boolean mayHold(KeyBounds bounds, List<Object[]> keys, KeyOrder byFirst) {
    if (isNaN(keys.get(keys.size() - 1)[0])) {
      return true;
    }
    int candidate = bounds.min() == null ? 0 : firstNotBelow(bounds.min(), keys, byFirst);
    return candidate < keys.size()
        && (bounds.max() == null
            || byFirst.compare(keys.get(candidate), new Object[] {bounds.max()}) <= 0);
  }

  private static boolean isNaN(Object value) {
    return value instanceof Float real ? real.isNaN() : value instanceof Double d && d.isNaN();
  }

  private static int firstNotBelow(Object bound, List<Object[]> keys, KeyOrder byFirst) {
    Object[] probe = {bound};
    int low = 0;
    int high = keys.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byFirst.compare(keys.get(middle), probe) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
