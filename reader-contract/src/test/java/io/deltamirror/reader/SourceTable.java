package io.deltamirror.reader;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A table as PostgreSQL's catalog has it.
 *
 * @param key indexes of the primary key's columns
 */
record SourceTable(String schema, String name, List<SourceColumn> columns, List<Integer> key) {
  /**
   * A column.
   *
   * @param type the name of its type without modifiers, as {@code format_type} gives it
   */
  record SourceColumn(String name, String type) {}

  List<String> columnNames() {
    return columns.stream().map(SourceColumn::name).toList();
  }

  /** The key's values of a row. */
  List<String> keyOf(List<String> row) {
    return key.stream().map(row::get).toList();
  }

  /** The index of a column. */
  int index(String column) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).name().equals(column))
        .findFirst()
        .orElseThrow();
  }

  /** Where its mirror is. */
  Path folder(Path lake) {
    return lake.resolve("Tables").resolve(folderName(schema)).resolve(folderName(name));
  }

  /** Anything but letters, digits, dash and underscore is written as its code point. */
  private static String folderName(String name) {
    return Pattern.compile("[^\\p{L}\\p{Nd}_-]")
        .matcher(name)
        .replaceAll(found -> String.format("_x%04X_", found.group().codePointAt(0)));
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
