package io.deltamirror.lake.copy;

import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.parquet.KeyOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The order of rows by key; without a key, that in which they came. Immutable. */
final class RowOrder implements Comparator<Object[]> {
  private final KeyOrder keys;
  private final Optional<KeyPrefix> prefix;

  RowOrder(TableColumns columns) {
    keys = columns.rowOrder();
    prefix =
        columns.keyColumns().stream()
            .findFirst()
            .map(first -> new KeyPrefix(first.kind(), columns.keyIndexes()[0]));
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
    prefix.ifPresent(leading -> sort(rows, leading));
  }

  private void sort(List<Object[]> rows, KeyPrefix leading) {
    Entry[] entries = new Entry[rows.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = new Entry(leading.of(rows.get(i)), rows.get(i));
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
