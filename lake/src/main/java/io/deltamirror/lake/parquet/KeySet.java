package io.deltamirror.lake.parquet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The keys to look for, sorted as the files are. Made once, used for any number of files.
 * Immutable, provided that the given values are left alone.
 */
public final class KeySet {
  private final List<DataColumn> columns;
  private final KeyOrder order;
  private final Object[][] sorted;
  private final int[] givenIndexes;
  private final KeyValues[] values;

  /**
   * Sorts the keys.
   *
   * @param columns the key columns, in key order
   * @param keys one value per key column, none null; no key twice
   * @throws IllegalArgumentException when a key is given twice or has not one value per column
   */
  public KeySet(List<DataColumn> columns, List<Object[]> keys) {
    this.columns = List.copyOf(columns);
    if (this.columns.isEmpty()) {
      throw new IllegalArgumentException("A key has at least one column");
    }
    if (this.columns.stream().anyMatch(DataColumn::isList)) {
      throw new IllegalArgumentException("A list is no part of a key");
    }
    order = new KeyOrder(this.columns.stream().map(DataColumn::kind).toList());
    Object[][] given = keys.toArray(Object[][]::new);
    check(given);
    givenIndexes =
        IntStream.range(0, given.length)
            .boxed()
            .sorted(Comparator.comparing(index -> given[index], order))
            .mapToInt(Integer::intValue)
            .toArray();
    sorted = Arrays.stream(givenIndexes).mapToObj(index -> given[index]).toArray(Object[][]::new);
    for (int i = 1; i < sorted.length; i++) {
      if (order.compare(sorted[i - 1], sorted[i]) == 0) {
        throw new IllegalArgumentException(
            "Keys " + givenIndexes[i - 1] + " and " + givenIndexes[i] + " are the same");
      }
    }
    values = new KeyValues[this.columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column(i);
    }
  }

  private void check(Object[][] keys) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i].length != columns.size()) {
        throw new IllegalArgumentException(
            "Key %d has %d values for %d columns".formatted(i, keys[i].length, columns.size()));
      }
      for (int column = 0; column < keys[i].length; column++) {
        if (!columns.get(column).kind().accepts(keys[i][column])) {
          throw new IllegalArgumentException(
              "Key %d has no value of %s in column %s"
                  .formatted(i, columns.get(column).kind(), columns.get(column).name()));
        }
      }
    }
  }

  private KeyValues column(int position) {
    ColumnKind kind = columns.get(position).kind();
    if (!KeyValuesBuilder.supports(kind)) {
      return null;
    }
    KeyValuesBuilder builder = new KeyValuesBuilder(kind, sorted.length);
    for (Object[] key : sorted) {
      builder.add(key[position]);
    }
    return builder.build();
  }

  public List<DataColumn> columns() {
    return columns;
  }

  public int size() {
    return sorted.length;
  }

  /** The values of a key column in sorted order; null for a kind that has no page search. */
  KeyValues values(int column) {
    return values[column];
  }

  /** Where the key that sorts at {@code sortedIndex} was in the given list. */
  int givenIndex(int sortedIndex) {
    return givenIndexes[sortedIndex];
  }

  /** Sorted index of this key, or a negative number when it is not in the set. */
  int find(Object[] key) {
    return Arrays.binarySearch(sorted, key, order);
  }
}
