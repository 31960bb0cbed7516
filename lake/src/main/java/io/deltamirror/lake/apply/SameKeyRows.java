package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.lake.apply.FoundRows.Place;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.RowFetcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells rows of the mirror apart that have the same key: when a commit ended within a transaction
 * that swaps deferrable keys. For one thread.
 */
final class SameKeyRows {
  private final RowFetcher fetcher;
  private final List<DataColumn> columns;

  SameKeyRows(RowFetcher fetcher, TableColumns columns) {
    this.fetcher = fetcher;
    this.columns = columns.all().stream().map(TableColumn::dataColumn).toList();
  }

  /**
   * The places of rows with the given values, one for each.
   *
   * @throws MirrorException {@code GAP_IN_STREAM} when one of them is nowhere
   */
  List<Place> choose(List<Place> places, List<Object[]> rows) throws IOException {
    List<Object[]> wanted = new ArrayList<>(rows);
    List<Place> chosen = new ArrayList<>();
    for (Place place : places) {
      long[] position = {place.row()};
      Object[] values = fetcher.fetch(place.file().dataFile(), columns, position).get(0);
      for (int i = 0; i < wanted.size(); i++) {
        if (Arrays.equals(wanted.get(i), values)) {
          wanted.remove(i);
          chosen.add(place);
          break;
        }
      }
    }
    if (!wanted.isEmpty()) {
      throw new MirrorException(
          ErrorCode.GAP_IN_STREAM, "a row leaves that is none of those of its key in the mirror");
    }
    return chosen;
  }
}
