package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names of a table's columns in Delta, which follow from the source's alone.
 *
 * <p>They are those of PostgreSQL, but for the later one, by attnum, of two that are equal but for
 * case: Delta and its readers do not tell such names apart. That one gets an underscore and its
 * attnum behind it, as often as it takes to be like no other column's name in PostgreSQL or in
 * Delta. Names are equal but for case when their lower case, their upper case, or all their
 * characters one by one are ({@link String#equalsIgnoreCase}): readers do not agree on what case is
 * beyond ASCII.
 */
final class ColumnNames {
  private final Set<String> lower = new HashSet<>();
  private final Set<String> upper = new HashSet<>();
  private final Set<String> folded = new HashSet<>();

  private ColumnNames() {}

  /**
   * One name per column.
   *
   * @param columns in the order of their attnums
   */
  static List<String> of(List<Column> columns) {
    ColumnNames taken = new ColumnNames();
    List<Integer> later = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!taken.add(columns.get(i).name())) {
        later.add(i);
      }
    }
    List<String> names = new ArrayList<>(columns.stream().map(Column::name).toList());
    for (int i : later) {
      String suffix = "_" + columns.get(i).attnum();
      String name = names.get(i) + suffix;
      while (!taken.add(name)) {
        name += suffix;
      }
      names.set(i, name);
    }
    return names;
  }

  /** Takes the name unless it is like another. */
  private boolean add(String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    String upperCase = name.toUpperCase(Locale.ROOT);
    String byCharacter = fold(name);
    if (lower.contains(lowerCase) || upper.contains(upperCase) || folded.contains(byCharacter)) {
      return false;
    }
    lower.add(lowerCase);
    upper.add(upperCase);
    folded.add(byCharacter);
    return true;
  }

  private static String fold(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      folded.append(Character.toLowerCase(Character.toUpperCase(name.charAt(i))));
    }
    return folded.toString();
  }
}
