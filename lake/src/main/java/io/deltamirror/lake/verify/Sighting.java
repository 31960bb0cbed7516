package io.deltamirror.lake.verify;

import io.deltamirror.lake.verify.RowDifference.Kind;
import java.util.List;

/**
 * The rows that each side had under one key at one look. Equal when both sides had the same values
 * equally often.
 */
record Sighting(Seen source, Seen mirror) {

  /** Whether the sides are the same. */
  boolean agrees() {
    return source.equals(mirror);
  }

  /** In which way they are not. */
  Kind kind() {
    if (mirror.count() < source.count()) {
      return Kind.MISSING;
    }
    return mirror.count() > source.count() ? Kind.EXTRA : Kind.DIFFERENT;
  }

  /** Those of the table's column names whose values differ, when each side has a row. */
  List<String> differingColumns(List<String> names) {
    return kind() == Kind.DIFFERENT
        ? source.rows().get(0).differing(mirror.rows().get(0), names)
        : List.of();
  }
}
