package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the mirror calls a table's columns: as PostgreSQL does. Delta does not tell upper and lower
 * case apart: of columns that differ by nothing else, in whichever way case is compared, the first
 * by attnum keeps its name, each later one gets its attnum behind it. And it has no {@code \n} in
 * names: a slash stands for that backslash.
 */
final class MirroredNames {
  private MirroredNames() {}

  /** The names in the order of the columns, which is that of their attnums. */
  static List<String> of(List<Column> columns) {
    Set<String> ignoringCase = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    Set<String> inEitherCase = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Column column : columns) {
      String name = column.name().replace("\\n", "/n");
      while (ignoringCase.contains(name)
          || inEitherCase.contains("lower " + name.toLowerCase(Locale.ROOT))
          || inEitherCase.contains("UPPER " + name.toUpperCase(Locale.ROOT))) {
        name = name + "_" + column.attnum();
      }
      ignoringCase.add(name);
      inEitherCase.add("lower " + name.toLowerCase(Locale.ROOT));
      inEitherCase.add("UPPER " + name.toUpperCase(Locale.ROOT));
      names.add(name);
    }
    return names;
  }
}
