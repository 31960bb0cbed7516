package io.deltamirror.core.state;

import java.util.Arrays;

/**
 * Which transactions a seed's copy contains.
 *
 * @param visible {@code pg_current_snapshot()} as text, {@code xmin:xmax:xip,…}, 64-bit xids, taken
 *     in the transaction that exported the snapshot
 * @param lsn {@code pg_current_wal_insert_lsn()} read right after: a transaction that the snapshot
 *     saw has its commit record before it. No two snapshots of a generation share it: the worker
 *     writes a WAL record before it takes one
 */
public record SeedSnapshot(String visible, long lsn) {

  /**
   * Whether the copy contains a transaction.
   *
   * @param commitLsn of its commit record
   * @param xid its top-level xid as BEGIN carries it, 32 bits
   */
  public boolean contains(long commitLsn, long xid) {
    if (Long.compareUnsigned(commitLsn, lsn) >= 0) {
      return false;
    }
    String[] parts = visible.split(":", -1);
    long xmin = Long.parseLong(parts[0]);
    long xmax = Long.parseLong(parts[1]);
    long full = widen(xid, xmax);
    if (full >= xmax) {
      return false;
    }
    return full < xmin
        || parts[2].isEmpty()
        || Arrays.stream(parts[2].split(",")).mapToLong(Long::parseLong).noneMatch(x -> x == full);
  }

  /** The 64-bit xid nearest to xmax that has the given lower half. */
  private static long widen(long xid, long xmax) {
    return xmax + (int) (xid - xmax);
  }
}
