package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableSchema;
import java.util.Optional;

/**
 * What can be said of a mirror that hears of inserts only and differs from its source: a row that
 * was updated or deleted stays as it was, so no single row is wrong for certain. But none ever
 * leaves the mirror, so it never has fewer rows than the source. Not thread-safe.
 */
final class InsertOnlyJudgement {
  /**
   * How often fewer rows must be seen: once is no proof, as a TRUNCATE or a reseed may have come
   * between the counting of the two sides.
   */
  private static final int TIMES = 3;

  private final TableSides.Opener opener;
  private final Patience patience;

  InsertOnlyJudgement(TableSides.Opener opener, Patience patience) {
    this.opener = opener;
    this.patience = patience;
  }

  TableReport of(Comparison comparison, SecondLook.Result seen) throws InterruptedException {
    long lacking = comparison.sourceRows() - comparison.mirrorRows();
    RowCounts before = new RowCounts(comparison.sourceRows(), comparison.mirrorRows());
    for (int time = 0; time < TIMES && lacking > 0; time++) {
      Optional<String> behind = SecondLook.reason(patience.catchUp(comparison.table().oid()));
      if (behind.isPresent()) {
        return TableReport.undecided(comparison, behind.get());
      }
      // The mirror has by now what the source had at the earlier count.
      RowCounts now = count(comparison.table());
      lacking = Math.min(before.source(), now.source()) - now.mirror();
      before = now;
    }
    return lacking > 0
        ? TableReport.lacking(comparison, seen, lacking)
        : TableReport.insertOnly(comparison, seen);
  }

  private RowCounts count(TableSchema table) {
    try (TableSides sides = opener.open(table)) {
      return RowCounts.of(sides);
    }
  }
}
