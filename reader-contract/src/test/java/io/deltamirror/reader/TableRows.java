package io.deltamirror.reader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All rows of a table, each value as text in the form of {@link ValueText}, null for NULL.
 *
 * @param columns their names, in order
 * @param byKey the rows by the values of their key; without one by all of them and by how many
 *     equal rows there were before
 * @param repeated keys that came more than once
 */
record TableRows(
    List<String> columns, Map<List<String>, List<String>> byKey, List<List<String>> repeated) {
  static TableRows of(SourceTable table, List<String> columns, Iterable<List<String>> rows) {
    Map<List<String>, List<String>> byKey = new LinkedHashMap<>();
    List<List<String>> repeated = new ArrayList<>();
    Map<List<String>, Integer> equal = new HashMap<>();
    for (List<String> row : rows) {
      List<String> key = new ArrayList<>(table.keyOf(row));
      if (key.isEmpty()) {
        key.addAll(row);
        key.add("#" + equal.merge(row, 1, Integer::sum));
      }
      if (byKey.put(key, row) != null) {
        repeated.add(key);
      }
    }
    return new TableRows(columns, byKey, repeated);
  }

  int size() {
    return byKey.size();
  }
}
