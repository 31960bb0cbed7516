package io.deltamirror.lake.verify;

import java.util.Arrays;

/**
 * What identifies a row, in the form of {@link RowImage}. Ordered by length and then by bytes,
 * which for numbers of one sign is their own order. Immutable.
 */
final class RowKey implements Comparable<RowKey> {
  /** Stands for a value that was left out. */
  private static final String LONG = "…";

  private final byte[] bytes;

  /** Takes the array over. */
  RowKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The value of a column, by its place in the key, as text; null for NULL. */
  String text(int column, ValueForm form) {
    if (RowImage.lengthAt(bytes, place(column)) == RowImage.LONG) {
      return LONG;
    }
    byte[] value = value(column);
    return value == null ? null : form.text(value);
  }

  /** The value of a column, by its place in the key; null for NULL. */
  byte[] value(int column) {
    int at = place(column);
    int length = RowImage.lengthAt(bytes, at);
    int from = at + RowImage.HEADER_BYTES;
    return length < 0 ? null : Arrays.copyOfRange(bytes, from, from + length);
  }

  private int place(int column) {
    int at = 0;
    for (int i = 0; i < column; i++) {
      at += RowImage.HEADER_BYTES + Math.max(RowImage.lengthAt(bytes, at), 0);
    }
    return at;
  }

  @Override
  public int compareTo(RowKey other) {
    int byLength = Integer.compare(bytes.length, other.bytes.length);
    return byLength != 0 ? byLength : Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
