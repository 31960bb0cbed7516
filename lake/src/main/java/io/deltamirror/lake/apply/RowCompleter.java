package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.KeyOrder;
import io.deltamirror.lake.parquet.RowFetcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the values that no change carried into rows, from where the mirror has them now. For one
 * thread and one slice.
 */
final class RowCompleter {
  private final RowFetcher fetcher;
  private final List<DataColumn> columns;
  private final List<Object[]> keys;
  private final KeyOrder order;
  private final FoundRows found;

  /**
   * @param keys those that were looked for, sorted in the given order
   * @param found where they are
   */
  RowCompleter(
      RowFetcher fetcher,
      TableColumns columns,
      List<Object[]> keys,
      KeyOrder order,
      FoundRows found) {
    this.fetcher = fetcher;
    this.columns = columns.all().stream().map(TableColumn::dataColumn).toList();
    this.keys = keys;
    this.order = order;
    this.found = found;
  }

  /**
   * Completes the rows. Holds all values at once: the caller bounds their number.
   *
   * @return memory that the values take, estimated, in bytes
   * @throws MirrorException {@code GAP_IN_STREAM} when the mirror has no row to take them from
   */
  long complete(List<RowState> states) throws IOException {
    Map<LiveFile, SortedMap<Long, List<RowState>>> byPlace = new HashMap<>();
    for (RowState state : states) {
      int origin = Collections.binarySearch(keys, state.origin(), order);
      if (origin < 0 || !found.has(origin)) {
        throw new MirrorException(
            ErrorCode.GAP_IN_STREAM, "a row is updated in part that the mirror does not have");
      }
      FoundRows.Place place = found.first(origin);
      byPlace
          .computeIfAbsent(place.file(), file -> new TreeMap<>())
          .computeIfAbsent(place.row(), row -> new ArrayList<>())
          .add(state);
    }
    long weight = 0;
    for (Map.Entry<LiveFile, SortedMap<Long, List<RowState>>> entry : byPlace.entrySet()) {
      weight += complete(entry.getKey(), entry.getValue());
    }
    return weight;
  }

  private long complete(LiveFile file, SortedMap<Long, List<RowState>> byRow) throws IOException {
    int[] wanted =
        byRow.values().stream()
            .flatMap(List::stream)
            .flatMapToInt(state -> Arrays.stream(state.missing()))
            .distinct()
            .sorted()
            .toArray();
    List<Object[]> values =
        fetcher.fetch(
            file.dataFile(),
            Arrays.stream(wanted).mapToObj(columns::get).toList(),
            byRow.keySet().stream().mapToLong(Long::longValue).toArray());
    long weight = 0;
    int next = 0;
    for (List<RowState> states : byRow.values()) {
      Object[] fetched = values.get(next++);
      weight += ValueSize.of(fetched);
      for (RowState state : states) {
        for (int column : state.missing()) {
          state.row()[column] = fetched[Arrays.binarySearch(wanted, column)];
        }
      }
    }
    return weight;
  }

  /** Lets the values go again. */
  static void release(List<RowState> states) {
    for (RowState state : states) {
      for (int column : state.missing()) {
        state.row()[column] = null;
      }
    }
  }
}
