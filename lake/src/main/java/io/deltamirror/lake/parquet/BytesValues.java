package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Values that sort as unsigned bytes: of the kinds TEXT and BINARY, and of DECIMAL with the sign
 * bit flipped.
 */
final class BytesValues implements KeyValues {
  static final byte SIGN_BIT = (byte) 0x80;

  private final byte[] data;
  private final int[] starts;
  private final int gap;

  /**
   * @param data the bytes of all values
   * @param starts where each value begins, and where one after the last would
   * @param gap bytes between the end of a value and the start of the next: the length prefixes of a
   *     PLAIN page, which is used as it is
   */
  BytesValues(byte[] data, int[] starts, int gap) {
    this.data = data;
    this.starts = starts;
    this.gap = gap;
  }

  @Override
  public int size() {
    return starts.length - 1;
  }

  @Override
  public int compare(int index, KeyValues other, int otherIndex) {
    BytesValues that = (BytesValues) other;
    return Arrays.compareUnsigned(
        data,
        starts[index],
        starts[index + 1] - gap,
        that.data,
        that.starts[otherIndex],
        that.starts[otherIndex + 1] - that.gap);
  }

  @Override
  public long weight() {
    return data.length + (long) Integer.BYTES * starts.length;
  }

  /**
   * The bytes of a DECIMAL in a file, with the sign bit flipped so that they sort as unsigned.
   *
   * @throws IllegalArgumentException when the value does not fit
   */
  static byte[] sortableDecimal(BigInteger unscaled) {
    byte[] bytes = decimalBytes(unscaled, new byte[ColumnKind.DECIMAL_BYTES]);
    bytes[0] ^= SIGN_BIT;
    return bytes;
  }

  /** Fills {@code into} with the value as big-endian two's complement. */
  static byte[] decimalBytes(BigInteger unscaled, byte[] into) {
    byte[] shortest = unscaled.toByteArray();
    int padding = into.length - shortest.length;
    if (padding < 0) {
      throw new IllegalArgumentException(
          "A decimal of " + unscaled.bitLength() + " bits does not fit " + into.length + " bytes");
    }
    Arrays.fill(into, 0, padding, (byte) (unscaled.signum() < 0 ? -1 : 0));
    System.arraycopy(shortest, 0, into, padding, shortest.length);
    return into;
  }
}
