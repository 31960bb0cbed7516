package io.deltamirror.lake.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows in memory, in the order they came until they are sorted. For one thread at a time. */
final class RowRun {
  private final RowOrder order;
  private final List<Object[]> rows = new ArrayList<>();
  private Object[] last;
  private boolean inOrder = true;
  private long bytes;

  /**
   * @param before the row that came before the first one, when that is to be in order with it
   */
  RowRun(RowOrder order, Optional<Object[]> before) {
    this.order = order;
    this.last = before.orElse(null);
  }

  void add(Object[] row, long size) {
    inOrder = inOrder && (last == null || order.compare(last, row) <= 0);
    last = row;
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

  /** Whether its rows came in order, and none before the row before them. */
  boolean inOrder() {
    return inOrder;
  }

  /** The row that came last. */
  Object[] last() {
    return last;
  }

  /** Its rows in order. */
  List<Object[]> sorted() {
    if (!inOrder) {
      order.sort(rows);
    }
    return rows;
  }
}
