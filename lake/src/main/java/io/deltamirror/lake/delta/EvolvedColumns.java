package io.deltamirror.lake.delta;

import io.delta.kernel.internal.util.ColumnMapping;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableSchema;
import java.util.HashMap;
import java.util.Map;

/** The columns of a table that goes on in another shape. */
final class EvolvedColumns {
  private EvolvedColumns() {}

  /**
   * Columns that stay keep physical name and id, so that the files need not change. New ones get an
   * id above all given out so far, and a name of their seed and attnum, which no file of the table
   * has used: what the seed began with has lower attnums. The same for the same arguments.
   */
  static TableColumns of(TableVersion base, TableSchema after) {
    Map<Integer, TableColumn> present = new HashMap<>();
    for (int i = 0; i < base.columns().all().size(); i++) {
      present.put(base.shape().columns().get(i).attnum(), base.columns().all().get(i));
    }
    String tag = ColumnMappings.tag(after.oid(), base.seedSnapshot());
    Map<Integer, Integer> ids = new HashMap<>();
    int next = highestId(base) + 1;
    for (Column column : after.columns()) {
      TableColumn known = present.get(column.attnum());
      ids.put(column.attnum(), known == null ? next++ : known.fieldId());
    }
    return TableColumns.of(
        after,
        i -> {
          int attnum = after.columns().get(i).attnum();
          TableColumn known = present.get(attnum);
          return known == null ? "col-" + tag + "-" + attnum : known.physicalName();
        },
        i -> ids.get(after.columns().get(i).attnum()));
  }

  private static int highestId(TableVersion base) {
    String property =
        base.snapshot()
            .getTableProperties()
            .getOrDefault(ColumnMapping.COLUMN_MAPPING_MAX_COLUMN_ID_KEY, "0");
    int highest = Integer.parseInt(property);
    for (TableColumn column : base.columns().all()) {
      highest = Math.max(highest, column.fieldId());
    }
    return highest;
  }
}
