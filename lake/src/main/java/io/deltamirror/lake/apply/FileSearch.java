package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.RowFetcher;
import io.deltamirror.lake.parquet.RowScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds rows by all of their values in single files. The columns of short values are read first;
 * mostly they leave few rows, and only those are read whole. For one thread and one bag of rows.
 */
final class FileSearch {
  /** Above this share of a file's rows, reading them one by one costs more than reading all. */
  private static final int FEW = 16;

  /** Below this number they are read one by one in any case. */
  private static final int FEW_ROWS = 256;

  private final RowScanner scanner;
  private final RowFetcher fetcher;
  private final List<DataColumn> columns;
  private final RowBag wanted;
  private final FetchSize size;
  private final int[] quick;
  private final Set<List<Object>> quickValues = new HashSet<>();

  /**
   * @param columns all of the table
   * @param wanted rows to look for; those that are found are taken out
   * @param size of rows that are read one by one
   */
  FileSearch(
      RowScanner scanner,
      RowFetcher fetcher,
      List<DataColumn> columns,
      RowBag wanted,
      FetchSize size) {
    this.scanner = scanner;
    this.fetcher = fetcher;
    this.columns = columns;
    this.wanted = wanted;
    this.size = size;
    this.quick = IntStream.range(0, columns.size()).filter(i -> isShort(columns.get(i))).toArray();
    wanted.distinct().forEach(row -> quickValues.add(quick(row)));
  }

  private static boolean isShort(DataColumn column) {
    return switch (column.kind()) {
      case INTEGER, LONG, DECIMAL, BOOLEAN, FLOAT, DOUBLE -> !column.isList();
      case TEXT, BINARY -> false;
    };
  }

  private List<Object> quick(Object[] row) {
    return Arrays.asList(Arrays.stream(quick).mapToObj(i -> row[i]).toArray());
  }

  /** Live rows of the file that were wanted. */
  RowSet take(LiveFile file) throws IOException {
    RowSet deleted = file.deleted();
    RowSet.Builder found = new RowSet.Builder();
    if (quick.length == 0 || quick.length == columns.size()) {
      takeAll(file, deleted, found);
      return found.build();
    }
    long[] candidates = candidates(file, deleted);
    if (candidates.length > FEW_ROWS + file.rows() / FEW) {
      takeAll(file, deleted, found);
    } else {
      take(file, candidates, found);
    }
    return found.build();
  }

  private void takeAll(LiveFile file, RowSet deleted, RowSet.Builder found) throws IOException {
    scanner.scan(
        file.dataFile(),
        columns,
        (position, values) -> {
          if (!deleted.contains(position) && wanted.remove(values)) {
            found.add(position);
          }
        });
  }

  private long[] candidates(LiveFile file, RowSet deleted) throws IOException {
    List<Long> candidates = new ArrayList<>();
    long few = FEW_ROWS + file.rows() / FEW;
    scanner.scan(
        file.dataFile(),
        Arrays.stream(quick).mapToObj(columns::get).toList(),
        (position, values) -> {
          // Beyond that many all rows are read, so that one more tells as much as all of them.
          if (candidates.size() <= few
              && !deleted.contains(position)
              && quickValues.contains(Arrays.asList(values))) {
            candidates.add(position);
          }
        });
    return candidates.stream().mapToLong(Long::longValue).toArray();
  }

  private void take(LiveFile file, long[] candidates, RowSet.Builder found) throws IOException {
    int from = 0;
    while (from < candidates.length && !wanted.isEmpty()) {
      int to = Math.min(candidates.length, from + size.rows());
      long[] rows = Arrays.copyOfRange(candidates, from, to);
      List<Object[]> values = fetcher.fetch(file.dataFile(), columns, rows);
      for (int i = 0; i < rows.length; i++) {
        if (wanted.remove(values.get(i))) {
          found.add(rows[i]);
        }
      }
      size.fetched(rows.length, values.stream().mapToLong(ValueSize::of).sum());
      from = to;
    }
  }
}
