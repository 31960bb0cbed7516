package io.deltamirror.lake.copy;

import io.deltamirror.lake.parquet.ColumnKind;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.avro.util.Utf8;

/**
 * The leading key column of a row as 64 bits that sort like it: where they differ, they decide, and
 * the row itself, which lies anywhere in memory, need not be looked at. Immutable.
 *
 * @param kind of the column
 * @param column its index in a row
 */
record KeyPrefix(ColumnKind kind, int column) {
  long of(Object[] row) {
    Object value = row[column];
    return switch (kind) {
      case INTEGER -> (Integer) value;
      case LONG -> (Long) value;
      // Below 2^127, as it has 38 digits at most.
      case DECIMAL -> ((BigInteger) value).shiftRight(Long.SIZE).longValue();
      case BOOLEAN -> (Boolean) value ? 1 : 0;
      case FLOAT -> bits((Float) value);
      case DOUBLE -> bits((Double) value);
      case TEXT -> {
        Utf8 text = (Utf8) value;
        yield leading(ByteBuffer.wrap(text.getBytes(), 0, text.getByteLength()));
      }
      case BINARY -> leading((ByteBuffer) value);
    };
  }

  /**
   * In the order of {@link Double#compare}: of negative numbers all bits but the sign turn over.
   */
  private static long bits(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  /** The first eight bytes, zeros where there are none; unsigned order made signed. */
  private static long leading(ByteBuffer bytes) {
    long prefix = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      prefix = prefix << 8 | (i < bytes.remaining() ? bytes.get(bytes.position() + i) & 0xFF : 0);
    }
    return prefix ^ Long.MIN_VALUE;
  }
}
