package io.deltamirror.local.cli;

import io.deltamirror.core.Printable;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.TableProgress.CopyProgress;
import io.deltamirror.core.state.TableStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A mirror's tables as lines of text: state, rows, changes per second since the last time, and
 * freshness. For one thread.
 */
public final class TableLines {
  private static final String FORMAT = "%-32s %-13s %14s %11s %10s  %s";

  private final Map<Long, Long> processed = new HashMap<>();
  private long lastNanos = System.nanoTime();

  /** What the columns are. */
  public String heading() {
    return String.format(
        Locale.ROOT, FORMAT, "table", "state", "rows", "changes/s", "freshness", "");
  }

  /** One line for each table, at this moment. */
  public List<String> lines(List<TableReport> tables) {
    long now = System.nanoTime();
    double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
    lastNanos = now;
    List<String> lines = new ArrayList<>();
    for (TableReport table : tables) {
      lines.add(line(table, seconds));
    }
    return lines;
  }

  private String line(TableReport table, double seconds) {
    long total = table.metrics().processedRows();
    boolean live = table.status() == TableStatus.REPLICATING;
    // The rows of a copy count as processed, too; they are not the rate of changes.
    Long before = live ? processed.put(table.details().oid(), total) : null;
    if (!live) {
      processed.remove(table.details().oid());
    }
    long rate = before == null ? 0 : Math.round((total - before) / seconds);
    return String.format(
            Locale.ROOT,
            FORMAT,
            new TableName(table.sourceSchemaName(), table.sourceTableName()),
            table.status().label(),
            String.format(Locale.ROOT, "%,d", rows(table)),
            String.format(Locale.ROOT, "%,d", rate),
            live ? freshness(table) : "",
            remark(table))
        .stripTrailing();
  }

  private static long rows(TableReport table) {
    return table.details().copy().map(CopyProgress::rows).orElse(table.details().rows());
  }

  private static String freshness(TableReport table) {
    return table.details().appliedLsn().isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%.2f s", table.details().freshnessMillis() / 1000.0);
  }

  private static String remark(TableReport table) {
    if (table.error().isPresent()) {
      var error = table.error().get();
      return error.errorCode() + ": " + Printable.line(error.message());
    }
    Optional<String> anew =
        table.details().seedReason().filter(why -> table.status() == TableStatus.RESEEDING);
    return table
        .details()
        .copy()
        .map(
            copy ->
                copy.rowsExpected() > 0
                    ? String.format(
                        Locale.ROOT,
                        "copy %d %%",
                        Math.min(99, copy.rows() * 100 / copy.rowsExpected()))
                    : "copy")
        .or(() -> anew.map(Printable::line))
        .orElseGet(() -> Printable.line(String.join("; ", table.details().notes())));
  }
}
