package io.deltamirror.local.cli;

import io.deltamirror.core.Printable;
import io.deltamirror.core.control.ReportedShapeChange;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.schema.TableName;
import java.util.ArrayList;
import java.util.List;

/** The last changes of tables' shapes as lines of text. */
final class ShapeLines {
  /** Of each table; {@code --json} has all that are kept. */
  private static final int SHOWN = 3;

  private ShapeLines() {}

  /** A heading and one line for each change; none when no shape changed. */
  static List<String> of(List<TableReport> tables) {
    List<String> lines = new ArrayList<>();
    for (TableReport table : tables) {
      List<ReportedShapeChange> changes = table.details().shapeChanges();
      for (ReportedShapeChange change :
          changes.subList(Math.max(0, changes.size() - SHOWN), changes.size())) {
        lines.add(
            "  "
                + new TableName(table.sourceSchemaName(), table.sourceTableName())
                + " at "
                + change.lsn()
                + ", "
                + change.at()
                + ": "
                + Printable.line(String.join("; ", change.what())));
      }
    }
    if (!lines.isEmpty()) {
      lines.add(0, "changes of shape:");
    }
    return lines;
  }
}
