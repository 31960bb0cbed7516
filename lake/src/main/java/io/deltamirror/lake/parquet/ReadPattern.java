package io.deltamirror.lake.parquet;

/**
 * How much to read at once: a byte that is not needed costs little, a request costs a round trip.
 *
 * @param gap bytes that may lie unused between two ranges read with one request
 * @param window bytes fetched around a small read, and from the end of a file when it is opened
 */
public record ReadPattern(int gap, int window) {
  /** For files on a local disk. */
  public static final ReadPattern DISK = new ReadPattern(16 << 10, 64 << 10);

  /** For files in an object store. */
  public static final ReadPattern BLOB = new ReadPattern(256 << 10, 1 << 20);

  public ReadPattern {
    if (gap < 0 || window < 1) {
      throw new IllegalArgumentException("Gap " + gap + " or window " + window + " is too small");
    }
  }
}
