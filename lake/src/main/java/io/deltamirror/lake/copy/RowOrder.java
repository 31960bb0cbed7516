package io.deltamirror.lake.copy;

import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.parquet.KeyOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The order of rows by key. Immutable. */
final class RowOrder implements Comparator<Object[]> {
  private final KeyOrder keys;
  private final KeyPrefix prefix;

  RowOrder(TableColumns columns) {
    keys = columns.rowOrder();
    prefix = new KeyPrefix(columns.keyColumns().get(0).kind(), columns.keyIndexes()[0]);
  }

  @Override
  public int compare(Object[] left, Object[] right) {
    return keys.compare(left, right);
  }

  /** A row and what mostly suffices to compare it. */
  private static final class Entry {
    final long prefix;
    final Object[] row;

    Entry(long prefix, Object[] row) {
      this.prefix = prefix;
      this.row = row;
    }
  }

  /** Sorts rows in place. */
  void sort(List<Object[]> rows) {
    Entry[] entries = new Entry[rows.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = new Entry(prefix.of(rows.get(i)), rows.get(i));
    }
    Arrays.sort(entries, this::compareEntries);
    for (int i = 0; i < entries.length; i++) {
      rows.set(i, entries[i].row);
    }
  }

  private int compareEntries(Entry left, Entry right) {
    int order = Long.compare(left.prefix, right.prefix);
    return order != 0 ? order : keys.compare(left.row, right.row);
  }
}
