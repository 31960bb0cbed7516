package io.deltamirror.lake.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The values of a row as one hash per column. Immutable. */
final class RowPrint implements Comparable<RowPrint> {
  private final long[] columns;

  RowPrint(RowImage row) {
    columns = row.columnHashes();
  }

  /** Those of the given names, one per column, whose values the other row has otherwise. */
  List<String> differing(RowPrint other, List<String> names) {
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] != other.columns[i]) {
        differing.add(names.get(i));
      }
    }
    return differing;
  }

  /** An order without meaning. */
  @Override
  public int compareTo(RowPrint other) {
    return Arrays.compare(columns, other.columns);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowPrint print && Arrays.equals(columns, print.columns);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(columns);
  }
}
