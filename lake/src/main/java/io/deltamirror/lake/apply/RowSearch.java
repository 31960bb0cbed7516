package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.RowFetcher;
import io.deltamirror.lake.parquet.RowScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds rows by all of their values, where nothing less tells them apart. As that means reading,
 * files whose statistics allow for none of the rows are left out, the newest come first, where most
 * changes are, and it ends when all is found. Thread-safe.
 */
final class RowSearch {
  private static final Comparator<LiveFile> NEWEST_FIRST =
      Comparator.comparingLong(LiveFile::modifiedMillis).reversed();

  private final RowScanner scanner;
  private final RowFetcher fetcher;
  private final long memoryBytes;

  RowSearch(RowScanner scanner, RowFetcher fetcher, long memoryBytes) {
    this.scanner = scanner;
    this.fetcher = fetcher;
    this.memoryBytes = memoryBytes;
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
    FileSearch search =
        new FileSearch(scanner, fetcher, columns, wanted, new FetchSize(memoryBytes));
    FilePruning pruning = new FilePruning(version.columns());
    List<LiveFile> files = new ArrayList<>(version.files());
    files.sort(NEWEST_FIRST);
    for (LiveFile file : files) {
      if (wanted.isEmpty()) {
        break;
      }
      RowSet rows = pruning.mayHold(file, wanted.distinct()) ? search.take(file) : RowSet.empty();
      if (!rows.isEmpty()) {
        found.put(file, rows);
      }
    }
    return found;
  }
}
