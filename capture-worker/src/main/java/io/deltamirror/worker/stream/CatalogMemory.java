package io.deltamirror.worker.stream;

import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.SeedSnapshot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Partitioned tables as the catalog showed them a moment ago. The stream shows such a table once
 * for each of its leaves, and each reading looks at all leaves.
 *
 * <p>What was read under a snapshot holds for all transactions that the snapshot contains: it is
 * the catalog at or behind them, as a new reading would be. For one thread.
 */
final class CatalogMemory {
  /** Each may have as many characters as leaves times ten. */
  private static final int TABLES = 16;

  /** Long before a snapshot could take a new xid for one of two billion transactions ago. */
  private static final Duration AGE = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;

  private final Map<Long, Seen> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
          return size() > TABLES;
        }
      };

  private record Seen(SourceTable table, SeedSnapshot under, long nanos) {}

  /**
   * @param nanoTime as {@link System#nanoTime()}
   */
  CatalogMemory(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Keeps what was read, if it is of a partitioned table.
   *
   * @param under a snapshot that is not later than the reading
   */
  void keep(SourceTable table, SeedSnapshot under) {
    long oid = table.schema().oid();
    seen.remove(oid);
    if (table.relkind() == 'p') {
      seen.put(oid, new Seen(table, under, nanoTime.getAsLong()));
    }
  }

  /** The table in a snapshot that contains the transaction, if one is remembered. */
  Optional<SourceTable> table(long oid, Transaction behind) {
    return Optional.ofNullable(seen.get(oid))
        .filter(known -> nanoTime.getAsLong() - known.nanos() < AGE.toNanos())
        .filter(known -> known.under().contains(behind.commitLsn(), behind.xid()))
        .map(Seen::table);
  }
}
