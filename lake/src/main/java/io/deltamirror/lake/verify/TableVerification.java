package io.deltamirror.lake.verify;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.lake.verify.MirrorProgress.Standing;
import java.util.Optional;

/**
 * Compares one table: all of it, then again the rows that differed. Equality needs no barrier, as
 * the mirror was seen to have the source's rows; a difference does. Not thread-safe.
 */
final class TableVerification {
  /** Comparisons of the whole table when more rows differ than can be looked at again. */
  private static final int ATTEMPTS = 3;

  private final TableSides.Opener opener;
  private final Patience patience;
  private final SecondLook secondLook;
  private final InsertOnlyJudgement insertOnly;
  private final VerifyOptions options;
  private final VerifyListener listener;

  TableVerification(
      TableSides.Opener opener, Patience patience, VerifyOptions options, VerifyListener listener) {
    this.opener = opener;
    this.patience = patience;
    this.secondLook = new SecondLook(opener, patience, options, listener);
    this.insertOnly = new InsertOnlyJudgement(opener, patience);
    this.options = options;
    this.listener = listener;
  }

  /**
   * Compares it; whatever keeps it from being compared becomes the report's reason. Empty when the
   * source has dropped it.
   */
  Optional<TableReport> verify(TableSchema table) throws InterruptedException {
    TableReport report;
    try {
      report = compared(table);
    } catch (GoneException e) {
      return Optional.empty();
    } catch (CannotTellException e) {
      report = TableReport.undecided(table.name(), e.getMessage());
    } catch (MirrorException e) {
      report = TableReport.undecided(table.name(), e.code() + ": " + e.getMessage());
    } catch (RuntimeException e) {
      // Its message may hold a value of a row.
      report =
          TableReport.undecided(
              table.name(), ErrorCode.INTERNAL + ": " + e.getClass().getSimpleName());
    }
    return report.outcome() == Outcome.UNDECIDED && opener.isGone(table)
        ? Optional.empty()
        : Optional.of(report);
  }

  private TableReport compared(TableSchema table) throws InterruptedException {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      Optional<TableReport> report = attempt(table);
      if (report.isPresent()) {
        return report.get();
      }
    }
    return attempt(table)
        .orElseGet(() -> TableReport.undecided(table.name(), "too many of its rows are changing"));
  }

  /** Empty when more rows differed than were looked at again, and none of these for good. */
  private Optional<TableReport> attempt(TableSchema table) throws InterruptedException {
    listener.waiting(table.name());
    Standing standing = patience.catchUp(table.oid());
    if (standing instanceof Standing.TableNotReady notReady) {
      throw new CannotTellException(notReady.reason());
    }
    Comparison comparison = compare(table);
    if (comparison.candidates().isEmpty()) {
      return Optional.of(TableReport.equal(comparison));
    }
    if (standing instanceof Standing.StreamBehind behind) {
      return Optional.of(TableReport.undecided(comparison, behind.reason()));
    }
    SecondLook.Result seen = secondLook.at(comparison.table(), comparison.candidates());
    if (seen.differences() == 0 && seen.moving() == 0) {
      return comparison.complete() ? Optional.of(TableReport.equal(comparison)) : Optional.empty();
    }
    if (comparison.table().insertOnly()) {
      return Optional.of(insertOnly.of(comparison, seen));
    }
    if (seen.differences() > 0) {
      return Optional.of(TableReport.different(comparison, seen));
    }
    String reason = seen.reason().orElse(seen.moving() + " of its rows changed at each look");
    return Optional.of(TableReport.undecided(comparison, reason));
  }

  private Comparison compare(TableSchema table) {
    try (TableSides sides = opener.open(table)) {
      return Comparison.of(sides, options);
    }
  }
}
