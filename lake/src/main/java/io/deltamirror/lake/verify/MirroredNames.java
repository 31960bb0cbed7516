package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the mirror calls a table's columns: as PostgreSQL does. Delta does not tell upper and lower
 * case apart: of columns that differ by nothing else the first by attnum keeps its name, each later
 * one gets its attnum behind it.
 */
final class MirroredNames {
  private MirroredNames() {}

  /** The names in the order of the columns, which is that of their attnums. */
  static List<String> of(List<Column> columns) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Column column : columns) {
      String name = column.name();
      while (!taken.add(name.toLowerCase(Locale.ROOT))) {
        name = name + "_" + column.attnum();
      }
      names.add(name);
    }
    return names;
  }
}
