package io.deltamirror.reader;

import io.deltamirror.reader.SourceTable.SourceColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What differs between a table and its mirror, one line for each key or column. */
final class RowDifferences {
  private static final int SHOWN_CHARACTERS = 80;

  private final SourceTable table;
  private final List<String> lines = new ArrayList<>();

  private RowDifferences(SourceTable table) {
    this.table = table;
  }

  /** Empty when both have the same columns and rows. */
  static List<String> between(SourceTable table, TableRows source, TableRows mirror) {
    RowDifferences differences = new RowDifferences(table);
    differences.compare(source, mirror);
    return differences.lines;
  }

  private void compare(TableRows source, TableRows mirror) {
    if (!source.columns().equals(mirror.columns())) {
      lines.add(table + ": columns " + source.columns() + ", in the mirror " + mirror.columns());
      return;
    }
    source.repeated().forEach(key -> add(key, "twice in the source"));
    mirror.repeated().forEach(key -> add(key, "twice in the mirror"));
    for (Map.Entry<List<String>, List<String>> row : source.byKey().entrySet()) {
      List<String> mirrored = mirror.byKey().get(row.getKey());
      if (mirrored == null) {
        add(row.getKey(), "missing in the mirror");
      } else {
        compareRow(row.getKey(), row.getValue(), mirrored);
      }
    }
    for (List<String> key : mirror.byKey().keySet()) {
      if (!source.byKey().containsKey(key)) {
        add(key, "in the mirror alone");
      }
    }
  }

  private void compareRow(List<String> key, List<String> source, List<String> mirror) {
    for (int i = 0; i < source.size(); i++) {
      SourceColumn column = table.columns().get(i);
      if (!Objects.equals(source.get(i), mirror.get(i))) {
        add(
            key,
            "column "
                + column.name()
                + " ("
                + column.type()
                + ") is "
                + shown(source.get(i))
                + ", in the mirror "
                + shown(mirror.get(i)));
      }
    }
  }

  private void add(List<String> key, String what) {
    lines.add(table + " " + key + ": " + what);
  }

  private static String shown(String value) {
    if (value == null) {
      return "NULL";
    }
    return value.length() <= SHOWN_CHARACTERS
        ? "'" + value + "'"
        : "'" + value.substring(0, SHOWN_CHARACTERS) + "…' (" + value.length() + " characters)";
  }
}
