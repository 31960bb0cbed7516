package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.avro.util.Utf8;

/** Collects the values of one key column, one after the other. */
final class KeyValuesBuilder {
  private final ColumnKind kind;
  private final long[] longs;
  private final int[] starts;
  private byte[] data = new byte[0];
  private int size;

  /**
   * @param capacity exact number of values to come
   */
  KeyValuesBuilder(ColumnKind kind, int capacity) {
    this.kind = kind;
    boolean sortsAsLong = sortsAsLong(kind);
    longs = sortsAsLong ? new long[capacity] : null;
    starts = sortsAsLong ? null : new int[capacity + 1];
  }

  /** Whether pages of this kind are searched by their values; those of floats are not. */
  static boolean supports(ColumnKind kind) {
    return kind != ColumnKind.FLOAT && kind != ColumnKind.DOUBLE;
  }

  static boolean sortsAsLong(ColumnKind kind) {
    return switch (kind) {
      case INTEGER, LONG, BOOLEAN -> true;
      case DECIMAL, TEXT, BINARY -> false;
      case FLOAT, DOUBLE -> throw new IllegalArgumentException(kind + " has no page search");
    };
  }

  /** Adds a value as rows hold it. */
  void add(Object value) {
    switch (kind) {
      case INTEGER -> add((long) (Integer) value);
      case LONG -> add((long) (Long) value);
      case BOOLEAN -> add((Boolean) value ? 1L : 0L);
      case DECIMAL -> append(ByteBuffer.wrap(BytesValues.sortableDecimal((BigInteger) value)));
      case TEXT -> {
        Utf8 text = (Utf8) value;
        append(ByteBuffer.wrap(text.getBytes(), 0, text.getByteLength()));
      }
      case BINARY -> append(((ByteBuffer) value).duplicate());
      case FLOAT, DOUBLE -> throw new IllegalArgumentException(kind + " has no page search");
    }
  }

  /** Adds a value in Parquet's PLAIN encoding, without the length of a byte array. */
  void addPlain(ByteBuffer plain) {
    ByteBuffer bytes = plain.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    switch (kind) {
      case INTEGER -> add((long) bytes.getInt());
      case LONG -> add(bytes.getLong());
      case BOOLEAN -> add((long) bytes.get());
      case DECIMAL -> {
        if (bytes.remaining() != ColumnKind.DECIMAL_BYTES) {
          throw new IllegalArgumentException("A decimal has " + bytes.remaining() + " bytes");
        }
        append(bytes);
        data[starts[size - 1]] ^= BytesValues.SIGN_BIT;
      }
      case TEXT, BINARY -> append(bytes);
      case FLOAT, DOUBLE -> throw new IllegalArgumentException(kind + " has no page search");
    }
  }

  void add(long value) {
    longs[size++] = value;
  }

  private void append(ByteBuffer bytes) {
    int start = starts[size];
    int end = Math.addExact(start, bytes.remaining());
    if (end > data.length) {
      data = Arrays.copyOf(data, Math.max(end, (int) Math.min(2L * end, Integer.MAX_VALUE - 8)));
    }
    bytes.get(data, start, end - start);
    starts[++size] = end;
  }

  KeyValues build() {
    if (longs != null) {
      return new LongValues(longs);
    }
    return new BytesValues(Arrays.copyOf(data, starts[size]), starts, 0);
  }
}
