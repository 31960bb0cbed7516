package io.deltamirror.lake.verify;

import java.time.Duration;

/**
 * How a comparison goes about it. Memory is about {@code 48 * buckets + heldBytes} bytes, apart
 * from what PostgreSQL's and Parquet's readers take and from the keys of the candidates.
 *
 * @param buckets into which keys are hashed; a power of two. More of them make the second pass,
 *     which holds the rows of those that differ, smaller
 * @param heldBytes that the second pass, and each later look at single rows, may hold
 * @param candidates rows per table that are looked at again one by one, at most
 * @param keysShown differing keys per table in the report
 * @param rounds how often differing rows are looked at again
 * @param timeout how long a barrier is waited for
 */
public record VerifyOptions(
    int buckets, long heldBytes, int candidates, int keysShown, int rounds, Duration timeout) {
  /** Of two looks at both sides of a row: four hashes per column, and the objects around them. */
  private static final int COLUMN_BYTES = 4 * Long.BYTES;

  private static final int ROW_BYTES = 600;

  public VerifyOptions {
    if (Integer.bitCount(buckets) != 1 || heldBytes < 1 || candidates < 1 || rounds < 2) {
      throw new IllegalArgumentException("buckets, heldBytes, candidates or rounds");
    }
    if (keysShown < 0 || timeout.isNegative()) {
      throw new IllegalArgumentException("keysShown or timeout");
    }
  }

  /** For tables of any size within about 100 MB. */
  public static VerifyOptions defaults() {
    return new VerifyOptions(1 << 18, 64L << 20, 50_000, 20, 20, Duration.ofMinutes(2));
  }

  /** Rows that are looked at again of a table with that many columns. */
  int candidates(int columns) {
    long bytesPerRow = ROW_BYTES + (long) COLUMN_BYTES * columns;
    return (int) Math.max(1, Math.min(candidates, heldBytes / bytesPerRow));
  }
}
