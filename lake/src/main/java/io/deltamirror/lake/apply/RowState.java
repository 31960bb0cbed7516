package io.deltamirror.lake.apply;

import java.util.Arrays;
import java.util.Objects;

/**
 * A row as the changes so far leave it.
 *
 * @param row its values
 * @param missing columns that no change carried: TOASTed values that did not change
 * @param origin key under which the mirror's present row has them, or null when none are missing
 */
@SuppressWarnings("ArrayRecordComponent") // holds a row on its way, never compared
record RowState(Object[] row, int[] missing, Object[] origin) {

  boolean isIncomplete() {
    return missing.length > 0;
  }

  boolean lacks(int column) {
    return Arrays.stream(missing).anyMatch(c -> c == column);
  }

  /** Whether this is a row that has these values, as far as it is known. */
  boolean hasValues(Object[] values) {
    for (int i = 0; i < row.length; i++) {
      if (!Objects.equals(row[i], values[i]) && !lacks(i)) {
        return false;
      }
    }
    return true;
  }

  /** Memory, estimated, in bytes. */
  long weight() {
    return ValueSize.of(row);
  }
}
