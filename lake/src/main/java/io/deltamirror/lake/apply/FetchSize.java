package io.deltamirror.lake.apply;

import io.deltamirror.core.schema.ColumnType;

/** How many rows of a kind may be fetched together, by the size of those before. For one thread. */
final class FetchSize {
  private static final int LARGEST = 4_096;

  /** A fetch may meet larger rows than those before: it grows by steps. */
  private static final int GROWTH = 4;

  private final long memoryBytes;
  private int rows;

  /**
   * @param memoryBytes that may be in use in all; a fetch takes a part of it
   */
  FetchSize(long memoryBytes) {
    this.memoryBytes = memoryBytes;
    this.rows = (int) Math.max(1, Math.min(LARGEST, memoryBytes / 4 / ColumnType.MAX_BYTES));
  }

  int rows() {
    return rows;
  }

  /** Notes what the last fetch took, in bytes. */
  void fetched(int count, long weight) {
    if (count > 0) {
      long fitting = memoryBytes / 4 / Math.max(1, weight / count);
      rows = (int) Math.max(1, Math.min(Math.min(LARGEST, (long) GROWTH * rows), fitting));
    }
  }
}
