package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the mirror calls a table's columns: as PostgreSQL does, where Delta can. Delta does not tell
 * upper and lower case apart: of columns that differ by nothing else the first by attnum keeps its
 * name, each later one gets its attnum behind it. And a backslash before an n, which Delta Kernel
 * takes for a line break, is a slash.
 */
final class MirroredNames {
  private MirroredNames() {}

  /** The names in the order of the columns, which is that of their attnums. */
  static List<String> of(List<Column> columns) {
    List<Spellings> taken = new ArrayList<>();
    for (Column column : columns) {
      Spellings name = Spellings.of(column.name().replace("\\n", "/n"));
      while (taken.stream().anyMatch(name::isLike)) {
        name = Spellings.of(name.own() + "_" + column.attnum());
      }
      taken.add(name);
    }
    return taken.stream().map(Spellings::own).toList();
  }

  /** A name in each of the ways in which readers compare names without regard to case. */
  private record Spellings(String own, String lower, String upper) {
    static Spellings of(String name) {
      return new Spellings(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT));
    }

    boolean isLike(Spellings other) {
      return lower.equals(other.lower)
          || upper.equals(other.upper)
          || own.equalsIgnoreCase(other.own);
    }
  }
}
