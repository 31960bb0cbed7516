package io.deltamirror.lake.verify;

import java.util.List;

/**
 * What one side had under one key.
 *
 * @param rows the first few, in an order that only depends on them
 * @param count how many there were
 */
record Seen(List<RowPrint> rows, long count) {
  Seen {
    rows = List.copyOf(rows);
  }
}
