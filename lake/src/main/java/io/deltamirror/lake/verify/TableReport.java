package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What the comparison of one table came to.
 *
 * @param reason why it is undecided, why not all of its differences were counted, or what they come
 *     from
 * @param sourceRows rows of the source at {@code sourceLsn}
 * @param mirrorRows rows of the mirror at {@code version}; on a busy source the two may differ
 *     although each row was found equal a moment later
 * @param differences rows that are stably different; where there is no key, equal rows count as one
 * @param counted whether {@code differences} are all there are; otherwise there may be more
 * @param first the first of them
 * @param sourceLsn PostgreSQL's insert LSN when its snapshot was taken, once it was
 * @param version version of the Delta table that was compared, once it was
 */
public record TableReport(
    TableName table,
    Outcome outcome,
    Optional<String> reason,
    long sourceRows,
    long mirrorRows,
    long differences,
    boolean counted,
    List<RowDifference> first,
    Optional<String> sourceLsn,
    Optional<Long> version) {
  public TableReport {
    first = List.copyOf(first);
  }

  static TableReport undecided(TableName table, String reason) {
    return new TableReport(
        table,
        Outcome.UNDECIDED,
        Optional.of(reason),
        0,
        0,
        0,
        false,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  static TableReport undecided(Comparison comparison, String reason) {
    return of(comparison, Outcome.UNDECIDED, Optional.of(reason), 0, false, List.of());
  }

  static TableReport equal(Comparison comparison) {
    return of(comparison, Outcome.EQUAL, Optional.empty(), 0, true, List.of());
  }

  static TableReport different(Comparison comparison, SecondLook.Result seen) {
    boolean counted = comparison.complete() && seen.moving() == 0;
    return of(
        comparison, Outcome.DIFFERENT, seen.reason(), seen.differences(), counted, seen.first());
  }

  /** Insert-only, with rows that differ as they may. */
  static TableReport insertOnly(Comparison comparison, SecondLook.Result seen) {
    return of(
        comparison,
        Outcome.INSERT_ONLY,
        Optional.of("updates and deletes are not published"),
        seen.differences() + seen.moving(),
        comparison.complete(),
        seen.first());
  }

  /** Insert-only, with fewer rows than the source, which it may not have. */
  static TableReport lacking(Comparison comparison, SecondLook.Result seen, long rows) {
    return of(
        comparison,
        Outcome.DIFFERENT,
        Optional.of("insert-only, but rows that were inserted are missing"),
        rows,
        false,
        seen.first());
  }

  private static TableReport of(
      Comparison comparison,
      Outcome outcome,
      Optional<String> reason,
      long differences,
      boolean counted,
      List<RowDifference> first) {
    return new TableReport(
        comparison.table().name(),
        outcome,
        reason,
        comparison.sourceRows(),
        comparison.mirrorRows(),
        differences,
        counted,
        first,
        Optional.of(comparison.sourceLsn()),
        Optional.of(comparison.version()));
  }
}
