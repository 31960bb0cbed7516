package io.deltamirror.worker.pgoutput;

import io.deltamirror.core.schema.ColumnType;
import java.util.Arrays;

/**
 * The values of a row within the bytes of its message. The decoder fills the same one again and
 * again: valid until its next message.
 */
public final class Tuple {
  private static final int NULL = -1;
  private static final int UNCHANGED = -2;

  private byte[] bytes;
  private int size;
  private int[] offsets = new int[16];
  private int[] lengths = new int[16];

  /** Number of values. */
  public int size() {
    return size;
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
   * @throws io.deltamirror.core.MirrorException {@code UNREPRESENTABLE_VALUE}
   */
  public Object value(int column, ColumnType type) {
    int length = lengths[column];
    return length < 0 ? null : type.parse(bytes, offsets[column], length);
  }

  void reset(byte[] array, int count) {
    bytes = array;
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
