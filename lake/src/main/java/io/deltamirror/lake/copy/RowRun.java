package io.deltamirror.lake.copy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Rows in memory, in the order they came until they are sorted. For one thread at a time. */
final class RowRun {
  private final Comparator<Object[]> order;
  private final List<Object[]> rows = new ArrayList<>();
  private long bytes;
  private boolean inOrder = true;

  RowRun(Comparator<Object[]> order) {
    this.order = order;
  }

  void add(Object[] row, long size) {
    inOrder = inOrder && (rows.isEmpty() || order.compare(rows.get(rows.size() - 1), row) <= 0);
    rows.add(row);
    bytes += size;
  }

  /** What its rows take, in bytes of heap. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Whether its rows came in order, and none before the given one. */
  boolean continues(Object[] last) {
    return inOrder && order.compare(last, rows.get(0)) <= 0;
  }

  /** Its rows in order. */
  List<Object[]> sorted() {
    if (!inOrder) {
      rows.sort(order);
      inOrder = true;
    }
    return rows;
  }
}
