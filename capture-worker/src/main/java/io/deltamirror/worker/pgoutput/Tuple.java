package io.deltamirror.worker.pgoutput;

import io.deltamirror.core.schema.RowCodec;
import java.util.Arrays;

/**
 * The values of a row within the bytes of its message. The decoder fills the same one again and
 * again: valid until its next message.
 */
public final class Tuple {
  private static final int NULL = -1;
  private static final int UNCHANGED = -2;
  private static final int[] NO_COLUMNS = {};

  private byte[] bytes;
  private int size;
  private boolean keyOnly;
  private int[] offsets = new int[16];
  private int[] lengths = new int[16];

  /** Number of values. */
  public int size() {
    return size;
  }

  /**
   * Whether it is an old row of which the message says that it has the replica identity's columns
   * alone; the others are null then. By the identity of the table that the message names: what a
   * partition delivers for a partitioned one may be less.
   */
  public boolean isKeyOnly() {
    return keyOnly;
  }

  public boolean isNull(int column) {
    return lengths[column] == NULL;
  }

  /** Whether it is a TOASTed value that the change left alone, which the WAL does not repeat. */
  public boolean isUnchanged(int column) {
    return lengths[column] == UNCHANGED;
  }

  /**
   * The value, or null when it is null or {@link #isUnchanged unchanged}.
   *
   * @throws io.deltamirror.core.MirrorException {@code UNREPRESENTABLE_VALUE}, {@code
   *     VALUE_TOO_LARGE}
   */
  public Object value(int column, RowCodec rows) {
    int length = lengths[column];
    return length < 0 ? null : rows.parse(column, bytes, offsets[column], length);
  }

  /** Indexes of all columns that are {@link #isUnchanged unchanged}. */
  public int[] unchanged() {
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += isUnchanged(i) ? 1 : 0;
    }
    if (count == 0) {
      return NO_COLUMNS;
    }
    int[] columns = new int[count];
    for (int i = size - 1; i >= 0; i--) {
      if (isUnchanged(i)) {
        columns[--count] = i;
      }
    }
    return columns;
  }

  void reset(byte[] array, int count, boolean onlyKey) {
    bytes = array;
    keyOnly = onlyKey;
    size = 0;
    if (offsets.length < count) {
      offsets = new int[count];
      lengths = new int[count];
    }
  }

  void addNull() {
    lengths[size++] = NULL;
  }

  void addUnchanged() {
    lengths[size++] = UNCHANGED;
  }

  void addText(int offset, int length) {
    offsets[size] = offset;
    lengths[size++] = length;
  }

  /** Lengths of the values, with -1 for null and -2 for unchanged; no value. */
  @Override
  public String toString() {
    return "Tuple" + Arrays.toString(Arrays.copyOf(lengths, size));
  }
}
