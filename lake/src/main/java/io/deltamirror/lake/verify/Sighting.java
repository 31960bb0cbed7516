package io.deltamirror.lake.verify;

import io.deltamirror.lake.verify.RowDifference.Kind;
import java.util.List;

/**
 * The rows that each side had under one key at one look. Equal when both sides had the same values.
 *
 * @param source at most one row
 * @param mirror in an order that only depends on the rows
 */
record Sighting(List<RowPrint> source, List<RowPrint> mirror) {

  /** Whether the sides are the same: one equal row each, or none. */
  boolean agrees() {
    return source.equals(mirror);
  }

  /** In which way they are not. */
  Kind kind() {
    if (mirror.isEmpty()) {
      return Kind.MISSING;
    }
    return mirror.size() > source.size() ? Kind.EXTRA : Kind.DIFFERENT;
  }

  /** Those of the table's column names whose values differ, when each side has a row. */
  List<String> differingColumns(List<String> names) {
    return kind() == Kind.DIFFERENT ? source.get(0).differing(mirror.get(0), names) : List.of();
  }
}
