package io.deltamirror.lake.verify;

import io.deltamirror.core.json.Json;
import java.util.List;

/**
 * What the comparison of a mirror came to.
 *
 * @param outcome {@code DIFFERENT} when any table is; otherwise {@code UNDECIDED} when any is, or
 *     when there was none to compare; otherwise {@code EQUAL}
 * @param compared number of tables that were found equal or different
 * @param rows of the source in those
 * @param differences in those
 * @param undecided number of tables that could not be decided
 * @param insertOnly number of tables that differ as insert-only ones may
 */
public record VerifyReport(
    Outcome outcome,
    int compared,
    long rows,
    long differences,
    int undecided,
    int insertOnly,
    List<TableReport> tables) {
  public VerifyReport {
    tables = List.copyOf(tables);
  }

  static VerifyReport of(List<TableReport> tables) {
    int different = count(tables, Outcome.DIFFERENT);
    int undecided = count(tables, Outcome.UNDECIDED);
    Outcome outcome = undecided > 0 || tables.isEmpty() ? Outcome.UNDECIDED : Outcome.EQUAL;
    List<TableReport> compared =
        tables.stream()
            .filter(t -> t.outcome() == Outcome.EQUAL || t.outcome() == Outcome.DIFFERENT)
            .toList();
    return new VerifyReport(
        different > 0 ? Outcome.DIFFERENT : outcome,
        compared.size(),
        compared.stream().mapToLong(TableReport::sourceRows).sum(),
        compared.stream().mapToLong(TableReport::differences).sum(),
        undecided,
        count(tables, Outcome.INSERT_ONLY),
        tables);
  }

  private static int count(List<TableReport> tables, Outcome outcome) {
    return (int) tables.stream().filter(table -> table.outcome() == outcome).count();
  }

  /** 0 equal, 1 different, 2 cannot tell. */
  public int exitCode() {
    return outcome.exitCode();
  }

  /**
   * The report as one JSON object; holds keys, never other values, but of rows without key the
   * first few.
   */
  public String json() {
    return Json.write(this);
  }
}
