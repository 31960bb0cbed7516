package io.deltamirror.lake.apply;

import io.deltamirror.lake.apply.FoundRows.Place;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.DataFileWriter;
import io.deltamirror.lake.parquet.KeyOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The commit of a table with a key: rows are found by it, values that were left out are fetched,
 * and the new rows written in its order. For one thread.
 */
final class KeyedResolution implements Resolution {
  private final long memoryBytes;
  private final List<RowState> rows;
  private final RowCompleter completer;
  private final Map<LiveFile, RowSet> deleted;

  private KeyedResolution(
      long memoryBytes,
      List<RowState> rows,
      RowCompleter completer,
      Map<LiveFile, RowSet> deleted) {
    this.memoryBytes = memoryBytes;
    this.rows = rows;
    this.completer = completer;
    this.deleted = deleted;
  }

  /**
   * Looks for the rows of the keys that the mirror may have.
   *
   * @param states one per key, in no order
   * @param truncated whether it has none any more
   */
  static KeyedResolution of(
      TableVersion base, List<KeyState> states, boolean truncated, LakeRows lake)
      throws IOException {
    TableColumns columns = base.columns();
    KeyOrder order = new KeyOrder(columns.keyColumns().stream().map(DataColumn::kind).toList());
    states.sort(Comparator.comparing(KeyState::key, order));
    List<KeyState> sought =
        truncated ? List.of() : states.stream().filter(KeyState::concernsMirror).toList();
    List<Object[]> keys = sought.stream().map(KeyState::key).toList();
    FoundRows found = lake.finder().find(base, keys);
    return new KeyedResolution(
        lake.memoryBytes(),
        states.stream().flatMap(state -> state.rows().stream()).toList(),
        new RowCompleter(lake.fetcher(), columns, keys, order, found),
        deleted(sought, found, new SameKeyRows(lake.fetcher(), columns)));
  }

  private static Map<LiveFile, RowSet> deleted(
      List<KeyState> sought, FoundRows found, SameKeyRows sameKey) throws IOException {
    Map<LiveFile, RowSet.Builder> gone = new HashMap<>();
    for (int i = 0; i < sought.size(); i++) {
      KeyState state = sought.get(i);
      List<Place> places = found.places(i);
      boolean all = state.isCleared() || places.size() <= state.leaving().size();
      for (Place place : all ? places : sameKey.choose(places, state.leaving())) {
        gone.computeIfAbsent(place.file(), file -> new RowSet.Builder()).add(place.row());
      }
    }
    Map<LiveFile, RowSet> deleted = new HashMap<>();
    gone.forEach((file, positions) -> deleted.put(file, positions.build()));
    return deleted;
  }

  @Override
  public Map<LiveFile, RowSet> deleted() {
    return deleted;
  }

  @Override
  public boolean addsRows() {
    return !rows.isEmpty();
  }

  /** In stretches, as the values of incomplete rows may be large: a stretch is filled, and gone. */
  @Override
  public void write(DataFileWriter out) throws IOException {
    FetchSize limit = new FetchSize(memoryBytes);
    int from = 0;
    while (from < rows.size()) {
      List<RowState> incomplete = new ArrayList<>();
      int to = from;
      while (to < rows.size() && incomplete.size() < limit.rows()) {
        RowState row = rows.get(to++);
        if (row.isIncomplete()) {
          incomplete.add(row);
        }
      }
      long weight = completer.complete(incomplete);
      for (RowState row : rows.subList(from, to)) {
        out.write(row.row());
      }
      RowCompleter.release(incomplete);
      limit.fetched(incomplete.size(), weight);
      from = to;
    }
  }
}
