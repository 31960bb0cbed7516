package io.deltamirror.lake.apply;

/** How many rows of a kind may be fetched together, by the size of those before. For one thread. */
final class FetchSize {
  /** Before any size is known. */
  private static final int FIRST = 64;

  private static final int LARGEST = 4_096;

  private final long memoryBytes;
  private int rows = FIRST;

  /**
   * @param memoryBytes that may be in use in all; a fetch takes a part of it
   */
  FetchSize(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  int rows() {
    return rows;
  }

  /** Notes what the last fetch took, in bytes. */
  void fetched(int count, long weight) {
    if (count > 0) {
      long fitting = memoryBytes / 4 / Math.max(1, weight / count);
      rows = (int) Math.max(1, Math.min(LARGEST, fitting));
    }
  }
}
