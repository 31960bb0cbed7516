package io.deltamirror.core.control;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.ShapeChange;
import java.time.Instant;
import java.util.List;

/**
 * A change of a table's shape as people and scripts read it.
 *
 * @param lsn commit LSN of the first transaction in the new shape, or of the last before it; of a
 *     change that the catalog showed, where the WAL was then; as PostgreSQL writes it
 * @param at when the capture worker saw it
 * @param what one sentence for each difference
 * @param before the columns before, as in a CREATE TABLE
 * @param after the columns after
 * @param seed number of the seed whose copy was the first with it, or 0 when the table went on
 *     without one
 */
public record ReportedShapeChange(
    String lsn, Instant at, List<String> what, String before, String after, int seed) {
  public ReportedShapeChange {
    what = List.copyOf(what);
  }

  static ReportedShapeChange of(ShapeChange change) {
    return new ReportedShapeChange(
        Position.lsnText(change.position().commitLsn()),
        change.at(),
        change.what(),
        change.before(),
        change.after(),
        change.seed());
  }
}
