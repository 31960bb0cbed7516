package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names of a table's columns in Delta, which follow from the source's alone: those of
 * PostgreSQL, whatever characters they have, as column mapping allows for all, with two exceptions.
 *
 * <ul>
 *   <li>Delta and its readers do not tell names apart that are equal but for case. Of such ones the
 *       later by attnum gets an underscore and its attnum behind it, again and again until it is
 *       like none before it. So a column that is added changes no other's name.
 *   <li>Kernel 4.4.0 refuses a backslash followed by an n, which it takes for a line break (real
 *       ones it allows): it becomes a slash followed by an n.
 * </ul>
 *
 * <p>Names are equal but for case when their lower case, their upper case, or all their characters
 * one by one ({@link String#equalsIgnoreCase}) are: beyond ASCII, readers do not agree on what case
 * is.
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
    List<String> names = new ArrayList<>(columns.size());
    for (Column column : columns) {
      String name = column.name().replace("\\n", "/n");
      while (!taken.add(name)) {
        name += "_" + column.attnum();
      }
      names.add(name);
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

  /** Equal for names that are equal by {@link String#equalsIgnoreCase}, and only for those. */
  private static String fold(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      folded.append(Character.toLowerCase(Character.toUpperCase(name.charAt(i))));
    }
    return folded.toString();
  }
}
