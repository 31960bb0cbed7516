package io.deltamirror.core.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of a table in {@code docs/types.md}.
 *
 * @param section the heading above it
 * @param last edges, or the option
 */
record TypeRow(
    String section,
    String type,
    String form,
    String avro,
    String parquet,
    String delta,
    String last) {
  private static final int CELLS = 6;

  static List<TypeRow> all() throws IOException {
    List<TypeRow> rows = new ArrayList<>();
    String section = "";
    for (String line : Files.readAllLines(Path.of("../docs/types.md"))) {
      section = line.startsWith("#") ? line.replaceFirst("#+ ", "") : section;
      if (line.startsWith("| `")) {
        String[] cell = line.substring(1, line.length() - 1).split("\\|", -1);
        if (cell.length != CELLS) {
          throw new IOException("not " + CELLS + " cells: " + line);
        }
        rows.add(
            new TypeRow(
                section,
                plain(cell[0]),
                plain(cell[1]),
                plain(cell[2]),
                plain(cell[3]),
                plain(cell[4]),
                cell[5].strip()));
      }
    }
    return rows;
  }

  private static String plain(String cell) {
    return cell.strip().replace("`", "");
  }

  static List<TypeRow> of(String section) throws IOException {
    return all().stream().filter(row -> row.section().equals(section)).toList();
  }
}
