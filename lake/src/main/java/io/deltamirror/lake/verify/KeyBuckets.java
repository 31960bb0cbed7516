package io.deltamirror.lake.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One side's rows, summed up by the hash of their keys. Sums do not depend on the order of the rows
 * and see a row that is there twice; equal sums mean equal rows but for one chance in 2^128. Not
 * thread-safe.
 */
final class KeyBuckets implements RowSink {
  /** What {@link KeyBalance} takes for a row apart from its key, in bytes. */
  private static final int HELD_OVERHEAD = 160;

  private final long[] low;
  private final long[] high;
  private final long[] held;
  private final int shift;
  private long rows;

  /**
   * Empty.
   *
   * @param count a power of two
   */
  KeyBuckets(int count) {
    low = new long[count];
    high = new long[count];
    held = new long[count];
    shift = Long.SIZE - Integer.numberOfTrailingZeros(count);
  }

  @Override
  public void row(RowImage row) {
    int bucket = bucket(row);
    low[bucket] += row.low();
    high[bucket] += row.high();
    held[bucket] += HELD_OVERHEAD + row.keyLength();
    rows++;
  }

  /** The bucket of a row; the same on both sides. */
  int bucket(RowImage row) {
    // A shift by 64 would be one by 0.
    return shift == Long.SIZE ? 0 : (int) (row.keyHash() >>> shift);
  }

  long rows() {
    return rows;
  }

  /**
   * The buckets that differ from the other side's, in groups whose rows of both sides fit into the
   * given bytes; a bucket that alone does not is a group of its own.
   */
  List<BitSet> differing(KeyBuckets other, long heldBytes) {
    List<BitSet> groups = new ArrayList<>();
    long filled = 0;
    for (int i = 0; i < low.length; i++) {
      if (low[i] == other.low[i] && high[i] == other.high[i]) {
        continue;
      }
      long bytes = held[i] + other.held[i];
      if (groups.isEmpty() || filled + bytes > heldBytes) {
        groups.add(new BitSet(low.length));
        filled = 0;
      }
      groups.get(groups.size() - 1).set(i);
      filled += bytes;
    }
    return groups;
  }
}
