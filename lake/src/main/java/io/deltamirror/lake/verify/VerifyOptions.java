package io.deltamirror.lake.verify;

import java.time.Duration;

/**
 * How a comparison goes about it. Memory is about {@code 48 * buckets + heldBytes} bytes, apart
 * from what PostgreSQL's and Parquet's readers take.
 *
 * @param buckets into which keys are hashed; a power of two. More of them make the second pass,
 *     which holds the rows of those that differ, smaller
 * @param heldBytes that the second pass may hold at a time
 * @param candidates rows per table that are looked at again one by one
 * @param keysShown differing keys per table in the report
 * @param rounds how often differing rows are looked at again
 * @param timeout how long a barrier is waited for
 */
public record VerifyOptions(
    int buckets, long heldBytes, int candidates, int keysShown, int rounds, Duration timeout) {
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
    return new VerifyOptions(1 << 18, 64L << 20, 10_000, 20, 20, Duration.ofMinutes(2));
  }
}
