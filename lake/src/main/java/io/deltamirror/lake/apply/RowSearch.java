package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.RowScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds rows by all of their values, where nothing less tells them apart. It reads files whole, so
 * it leaves out those whose statistics allow for none of the rows, begins with the newest, where
 * most changes are, and ends when all is found. Memory is that of a {@link RowScanner}.
 * Thread-safe.
 */
final class RowSearch {
  private static final Comparator<LiveFile> NEWEST_FIRST =
      Comparator.comparingLong(LiveFile::modifiedMillis).reversed();

  private final RowScanner scanner;

  RowSearch(RowScanner scanner) {
    this.scanner = scanner;
  }

  /**
   * Takes each row out of the bag for which there is a live one with the same values.
   *
   * @return as many live rows
   */
  Map<LiveFile, RowSet> take(TableVersion version, RowBag wanted) throws IOException {
    Map<LiveFile, RowSet> found = new HashMap<>();
    if (wanted.isEmpty()) {
      return found;
    }
    List<DataColumn> columns =
        version.columns().all().stream().map(TableColumn::dataColumn).toList();
    List<LiveFile> files = new ArrayList<>(version.files());
    files.sort(NEWEST_FIRST);
    for (LiveFile file : files) {
      if (wanted.isEmpty()) {
        break;
      }
      RowSet rows = take(file, columns, wanted);
      if (!rows.isEmpty()) {
        found.put(file, rows);
      }
    }
    return found;
  }

  private RowSet take(LiveFile file, List<DataColumn> columns, RowBag wanted) throws IOException {
    RowSet deleted = file.deleted();
    RowSet.Builder rows = new RowSet.Builder();
    scanner.scan(
        file.dataFile(),
        columns,
        (position, values) -> {
          if (!deleted.contains(position) && wanted.remove(values)) {
            rows.add(position);
          }
        });
    return rows.build();
  }
}
