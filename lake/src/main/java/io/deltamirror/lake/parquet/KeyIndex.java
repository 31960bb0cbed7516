package io.deltamirror.lake.parquet;

import java.util.List;

/**
 * What the footer and the page indexes of a file say about its sort columns.
 *
 * @param columns the leading columns that the file is sorted by and that can be searched by page;
 *     none for a file that must be read whole
 */
record KeyIndex(List<DataColumn> columns, List<RowGroup> rowGroups) {
  static final KeyIndex NONE = new KeyIndex(List.of(), List.of());

  /**
   * @param firstRow position in the file
   * @param keyPages one per column of the index
   */
  record RowGroup(long firstRow, int rows, List<KeyPages> keyPages) {}

  /** Rows sorted by (a, b, c) are sorted by (a, b) too, but not by (b, c). */
  boolean isSortedBy(List<DataColumn> key) {
    return key.size() <= columns.size() && columns.subList(0, key.size()).equals(key);
  }

  long weight() {
    return rowGroups.stream()
        .flatMap(group -> group.keyPages().stream())
        .mapToLong(KeyPages::weight)
        .sum();
  }
}
