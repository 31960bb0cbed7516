package io.deltamirror.lake.apply;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.lake.delta.ChangeCommit;
import io.deltamirror.lake.delta.CommitSummary;
import io.deltamirror.lake.delta.DataFiles;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.WrittenFile;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.DataFileWriter;
import io.deltamirror.lake.parquet.KeyOrder;
import io.deltamirror.lake.parquet.LocatorCache;
import io.deltamirror.lake.parquet.RowFetcher;
import io.deltamirror.lake.parquet.RowLocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes a slice a commit: finds the rows that it replaces, fetches the values that it left out, and
 * writes the new rows into one data file in key order. Thread-safe.
 */
final class SliceWriter {
  /** Rows whose values are fetched together before their size is known. */
  private static final int FIRST_FETCH = 64;

  private static final int LARGEST_FETCH = 4_096;

  private final DataFiles files;
  private final RowFinder finder;
  private final RowFetcher fetcher;
  private final ApplyOptions options;

  SliceWriter(DataFiles files, ApplyOptions options) {
    this.files = files;
    this.options = options;
    this.finder =
        new RowFinder(
            new RowLocator(files, new LocatorCache(options.locatorCacheBytes()), options.reads()));
    this.fetcher = new RowFetcher(files, options.reads());
  }

  /** What a commit made, for the record. */
  record Written(TableVersion version, long bytes) {}

  /** Commits the slice. */
  Written commit(DeltaTable table, Slice slice, CommitSummary summary) throws IOException {
    TableVersion base = slice.base();
    TableColumns columns = base.columns();
    Reduction reduction = slice.reduction();
    KeyOrder order = new KeyOrder(columns.keyColumns().stream().map(DataColumn::kind).toList());
    List<RowState> states = new ArrayList<>(reduction.states());
    states.sort(Comparator.comparing(RowState::key, order));
    List<Object[]> keys = states.stream().map(RowState::key).toList();
    FoundRows found = reduction.truncated() ? new FoundRows(keys.size()) : finder.find(base, keys);
    RowCompleter completer = new RowCompleter(fetcher, columns, keys, order, found);
    List<WrittenFile> added = write(table, columns, states, completer);
    Failpoints.reach(Failpoint.APPLY_COMMITTING);
    TableVersion version =
        table.commit(
            new ChangeCommit(
                base, slice.reached(), reduction.truncated(), found.byFile(), added, summary));
    Failpoints.reach(Failpoint.APPLY_COMMITTED);
    return new Written(version, added.stream().mapToLong(WrittenFile::length).sum());
  }

  private List<WrittenFile> write(
      DeltaTable table, TableColumns columns, List<RowState> states, RowCompleter completer)
      throws IOException {
    if (states.stream().allMatch(RowState::isGone)) {
      return List.of();
    }
    String name = WrittenFile.newName();
    try (DataFileWriter writer =
        new DataFileWriter(
            files.create(table.path(), name),
            columns.parquet(),
            columns.keyNames(),
            options.files())) {
      writeRows(states, completer, writer);
      return List.of(WrittenFile.of(name, writer.finish(), columns));
    }
  }

  /** In stretches, as the values of incomplete rows may be large: a stretch is filled, and gone. */
  private void writeRows(List<RowState> states, RowCompleter completer, DataFileWriter writer)
      throws IOException {
    int limit = FIRST_FETCH;
    int from = 0;
    while (from < states.size()) {
      List<RowState> incomplete = new ArrayList<>();
      int to = from;
      while (to < states.size() && incomplete.size() < limit) {
        RowState state = states.get(to++);
        if (state.isIncomplete()) {
          incomplete.add(state);
        }
      }
      long weight = completer.complete(incomplete);
      for (RowState state : states.subList(from, to)) {
        if (!state.isGone()) {
          writer.write(state.row());
        }
      }
      RowCompleter.release(incomplete);
      limit = incomplete.isEmpty() ? limit : fitting(weight / incomplete.size());
      from = to;
    }
  }

  /** How many rows of this size may be fetched together. */
  private int fitting(long rowBytes) {
    long rows = options.memoryBytes() / 4 / Math.max(1, rowBytes);
    return (int) Math.max(1, Math.min(LARGEST_FETCH, rows));
  }
}
