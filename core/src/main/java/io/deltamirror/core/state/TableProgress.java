package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a table's mirror has come, for people: written after each commit, by the function that
 * made it. The truth is in the Delta log.
 *
 * @param applied position of the last change applied
 * @param version of the Delta table
 * @param rows live rows
 * @param processedRows rows copied and changes applied, ever
 * @param processedBytes bytes of data files written, ever
 * @param lastSync time of the last commit
 * @param latencyMillis from the source's commit of the last change to its commit in Delta
 * @param copy how far the present copy is
 */
public record TableProgress(
    long oid,
    Optional<Position> applied,
    long version,
    long rows,
    long processedRows,
    long processedBytes,
    Optional<Instant> lastSync,
    long latencyMillis,
    Optional<CopyProgress> copy) {

  /** What the names of all tables' documents start with. */
  public static final String PREFIX = "progress:";

  /** Parts and rows of a copy under way. */
  public record CopyProgress(int parts, int partsDone, long rows, long rowsExpected) {}

  public static TableProgress none(long oid) {
    return new TableProgress(
        oid, Optional.empty(), -1, 0, 0, 0, Optional.empty(), 0, Optional.empty());
  }

  /** The same with a copy under way that has come so far. */
  public TableProgress copying(CopyProgress soFar) {
    return new TableProgress(
        oid,
        applied,
        version,
        rows,
        processedRows,
        processedBytes,
        lastSync,
        latencyMillis,
        Optional.of(soFar));
  }

  /** Name of its document. */
  public static String document(long oid) {
    return PREFIX + oid;
  }
}
