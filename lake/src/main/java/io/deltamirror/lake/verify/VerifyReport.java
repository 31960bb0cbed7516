package io.deltamirror.lake.verify;

import io.deltamirror.core.json.Json;
import java.util.List;

/**
 * What the comparison of a mirror came to.
 *
 * @param outcome {@code DIFFERENT} when any table is; otherwise {@code UNDECIDED} when any is, or
 *     when there was none to compare
 * @param rows of the source, all tables together
 * @param differences of all tables together
 * @param undecided number of tables that could not be decided
 */
public record VerifyReport(
    Outcome outcome, long rows, long differences, int undecided, List<TableReport> tables) {
  public VerifyReport {
    tables = List.copyOf(tables);
  }

  static VerifyReport of(List<TableReport> tables) {
    int different = count(tables, Outcome.DIFFERENT);
    int undecided = count(tables, Outcome.UNDECIDED);
    Outcome outcome = undecided > 0 || tables.isEmpty() ? Outcome.UNDECIDED : Outcome.EQUAL;
    return new VerifyReport(
        different > 0 ? Outcome.DIFFERENT : outcome,
        tables.stream().mapToLong(TableReport::sourceRows).sum(),
        tables.stream().mapToLong(TableReport::differences).sum(),
        undecided,
        tables);
  }

  private static int count(List<TableReport> tables, Outcome outcome) {
    return (int) tables.stream().filter(table -> table.outcome() == outcome).count();
  }

  /** 0 equal, 1 different, 2 cannot tell. */
  public int exitCode() {
    return outcome.exitCode();
  }

  /** The report as one JSON object; holds keys, never other values. */
  public String json() {
    return Json.write(this);
  }
}
