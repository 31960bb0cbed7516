package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.KeyBounds;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.KeyOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells by statistics which files may hold one of some rows. Only columns count whose bounds are
 * exact or rounded outwards whoever wrote them: whole numbers, decimals, dates, timestamps; not
 * floating-point numbers (a NaN lies within no bounds) and no text (bounds may be cut). Immutable.
 */
final class FilePruning {
  private final List<Integer> indexes = new ArrayList<>();
  private final List<TableColumn> columns = new ArrayList<>();
  private final List<KeyOrder> orders = new ArrayList<>();

  FilePruning(TableColumns table) {
    for (int i = 0; i < table.all().size(); i++) {
      DataColumn column = table.all().get(i).dataColumn();
      if (isUsable(column)) {
        indexes.add(i);
        columns.add(table.all().get(i));
        orders.add(new KeyOrder(List.of(column.kind())));
      }
    }
  }

  private static boolean isUsable(DataColumn column) {
    return switch (column.kind()) {
      case INTEGER, LONG, DECIMAL -> !column.isList();
      case BOOLEAN, FLOAT, DOUBLE, TEXT, BINARY -> false;
    };
  }

  boolean mayHold(LiveFile file, Iterable<Object[]> rows) {
    List<KeyBounds> bounds = file.bounds(columns);
    for (Object[] row : rows) {
      if (mayHold(bounds, row)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayHold(List<KeyBounds> bounds, Object[] row) {
    for (int i = 0; i < bounds.size(); i++) {
      Object[] value = {row[indexes.get(i)]};
      Object[] min = {bounds.get(i).min()};
      Object[] max = {bounds.get(i).max()};
      boolean below = value[0] != null && min[0] != null && orders.get(i).compare(value, min) < 0;
      boolean above = value[0] != null && max[0] != null && orders.get(i).compare(value, max) > 0;
      if (below || above) {
        return false;
      }
    }
    return true;
  }
}
