package io.deltamirror.lake.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A row in the form in which the two sides are compared: for each column its length in four bytes,
 * or {@link #NULL}, and the bytes of its value. Filled column by column and used again for the next
 * row. Not thread-safe.
 */
final class RowImage {
  /** Length of a value that is NULL. */
  static final int NULL = -1;

  /** Length of a value that is left out of a key, as it is long. */
  static final int LONG = -4;

  static final int HEADER_BYTES = Integer.BYTES;

  /** Values in the key of a row that has no key of its own, for people. */
  static final int SHOWN = 3;

  /** Longest one of those. */
  private static final int MAX_SHOWN_BYTES = 64;

  private static final VarHandle LENGTH =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW = 0x243F_6A88_85A3_08D3L;
  private static final long HIGH = 0x1319_8A2E_0370_7344L;
  private static final long KEY = 0xA409_3822_299F_31D0L;
  private static final int MAX_DIGITS = 19;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private final int[] keyColumns;
  private final boolean keyed;
  private final int[] starts;
  private byte[] bytes = new byte[1024];
  private byte[] key = new byte[64];
  private int length;
  private int columns;

  private RowImage(int columnCount, int[] keyColumns, boolean keyed) {
    this.keyColumns = keyColumns.clone();
    this.keyed = keyed;
    this.starts = new int[columnCount + 1];
  }

  /**
   * For rows with that many columns.
   *
   * @param keyColumns indexes of the key's columns, in the key's order
   */
  static RowImage keyed(int columnCount, int[] keyColumns) {
    return new RowImage(columnCount, keyColumns, true);
  }

  /**
   * For rows that nothing but all of their values identifies: their key is a hash of these in 128
   * bits, and before it their first few values, as far as they are short.
   */
  static RowImage keyless(int columnCount) {
    int shown = Math.min(SHOWN, columnCount);
    return new RowImage(columnCount, IntStream.range(0, shown).toArray(), false);
  }

  void clear() {
    length = 0;
    columns = 0;
  }

  void addNull() {
    starts[columns++] = length;
    putMark(NULL);
    starts[columns] = length;
  }

  /** Begins a column; what is put next belongs to it. */
  void begin() {
    starts[columns++] = openValue();
  }

  /** Ends the column that was begun. */
  void end() {
    closeValue(starts[columns - 1]);
    starts[columns] = length;
  }

  /** Begins a value; its place, for {@link #closeValue}. */
  int openValue() {
    int place = length;
    putMark(0);
    return place;
  }

  /** Ends the value that was begun at a place. */
  void closeValue(int place) {
    LENGTH.set(bytes, place, length - place - HEADER_BYTES);
  }

  /** Puts a number where the length of a value would be; a negative one, so that it is none. */
  void putMark(int mark) {
    reserve(HEADER_BYTES);
    LENGTH.set(bytes, length, mark);
    length += HEADER_BYTES;
  }

  void put(int b) {
    reserve(1);
    bytes[length++] = (byte) b;
  }

  void put(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  /** Puts ASCII. */
  void putAscii(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  /** Puts a number as eight bytes. */
  void putBits(long bits) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      put((int) (bits >>> shift));
    }
  }

  /** Puts a number's decimal digits, a minus before it, zeros before it up to a width. */
  void putNumber(long value, int width) {
    reserve(1 + MAX_DIGITS + width);
    if (value < 0) {
      bytes[length++] = '-';
    }
    int digits = 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      digits++;
    }
    int end = length + Math.max(digits, width);
    long rest = value;
    for (int at = end - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    }
    length = end;
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      long roomy = Math.min(2L * bytes.length, MAX_BYTES);
      bytes = Arrays.copyOf(bytes, (int) Math.max(Math.addExact(length, more), roomy));
    }
  }

  /** One half of the row's hash. */
  long low() {
    return RowHash.of(LOW, bytes, 0, length);
  }

  /** The other half. */
  long high() {
    return RowHash.of(HIGH, bytes, 0, length);
  }

  long keyHash() {
    int size = copyKey();
    return RowHash.of(KEY, key, 0, size);
  }

  /** Length of the key in bytes. */
  int keyLength() {
    int bytesOfKey = keyed ? 0 : 2 * Long.BYTES;
    for (int column : keyColumns) {
      bytesOfKey += isLeftOut(column) ? HEADER_BYTES : starts[column + 1] - starts[column];
    }
    return bytesOfKey;
  }

  RowKey key() {
    int size = copyKey();
    return new RowKey(Arrays.copyOf(key, size));
  }

  private boolean isLeftOut(int column) {
    return !keyed && starts[column + 1] - starts[column] > HEADER_BYTES + MAX_SHOWN_BYTES;
  }

  /** Brings what makes the key together; its length in bytes. */
  private int copyKey() {
    int size = keyLength();
    if (size > key.length) {
      key = new byte[size];
    }
    int at = 0;
    for (int column : keyColumns) {
      if (isLeftOut(column)) {
        LENGTH.set(key, at, LONG);
        at += HEADER_BYTES;
        continue;
      }
      int width = starts[column + 1] - starts[column];
      System.arraycopy(bytes, starts[column], key, at, width);
      at += width;
    }
    if (!keyed) {
      WORD.set(key, at, low());
      WORD.set(key, at + Long.BYTES, high());
    }
    return size;
  }

  /** The hash of each column. */
  long[] columnHashes() {
    long[] hashes = new long[columns];
    for (int i = 0; i < columns; i++) {
      hashes[i] = RowHash.of(LOW, bytes, starts[i], starts[i + 1]);
    }
    return hashes;
  }

  /** The length that stands at a place, or {@link #NULL}. */
  static int lengthAt(byte[] image, int at) {
    return (int) LENGTH.get(image, at);
  }
}
