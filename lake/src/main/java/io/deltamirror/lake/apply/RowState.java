package io.deltamirror.lake.apply;

import io.deltamirror.core.change.RowChange;
import java.util.Objects;

/**
 * What becomes of one key: the row it has after the last change, or none.
 *
 * @param key the key's values, in key order
 * @param row the row, or null when the key is gone
 * @param missing columns of the row that no change carried: TOASTed values that did not change
 * @param origin key under which the mirror's present row has them, or null when none are missing
 * @param commitLsn of the transaction that brought it here
 */
@SuppressWarnings("ArrayRecordComponent") // holds a row on its way, never compared
record RowState(Object[] key, Object[] row, int[] missing, Object[] origin, long commitLsn) {
  private static final int OVERHEAD = 160;

  static RowState gone(Object[] key, long commitLsn) {
    return new RowState(key, null, RowChange.NONE, null, commitLsn);
  }

  boolean isGone() {
    return row == null;
  }

  boolean isIncomplete() {
    return missing.length > 0;
  }

  /** Whether this is the row that had these values. */
  boolean hasValues(Object[] values) {
    for (int i = 0; i < row.length; i++) {
      if (!Objects.equals(row[i], values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Memory, estimated, in bytes. */
  long weight() {
    return OVERHEAD + ValueSize.of(key) + (row == null ? 0 : ValueSize.of(row));
  }
}
