package io.deltamirror.lake.copy;

import io.deltamirror.core.schema.BigIntType;
import io.deltamirror.core.schema.BooleanType;
import io.deltamirror.core.schema.ByteaType;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.DateType;
import io.deltamirror.core.schema.DecimalType;
import io.deltamirror.core.schema.DoubleType;
import io.deltamirror.core.schema.IntegerType;
import io.deltamirror.core.schema.RealType;
import io.deltamirror.core.schema.TextType;
import io.deltamirror.core.schema.TimestampType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.util.Utf8;

/**
 * What a row takes on the heap, in bytes, headers and padding included: on a 64-bit HotSpot with
 * compressed pointers, and not less than that. Immutable.
 */
final class RowSize {
  private static final int REFERENCE = 4;
  private static final int ARRAY_HEADER = 16;
  private static final int SMALL_BOX = 16;
  private static final int LARGE_BOX = 24;

  /** BigInteger with the int array of 38 digits. */
  private static final int WIDE_DECIMAL = 40 + ARRAY_HEADER + 16;

  private static final int UTF8 = 32 + ARRAY_HEADER;
  private static final int BYTE_BUFFER = 56 + ARRAY_HEADER;

  private final long fixed;
  private final int[] variable;

  RowSize(List<ColumnType> types) {
    fixed =
        padded(ARRAY_HEADER + (long) REFERENCE * types.size())
            + REFERENCE // in the list of rows
            + types.stream().mapToLong(RowSize::fixed).sum();
    variable =
        IntStream.range(0, types.size())
            .filter(i -> types.get(i) instanceof TextType || types.get(i) instanceof ByteaType)
            .toArray();
  }

  private static long fixed(ColumnType type) {
    if (type instanceof BooleanType || type instanceof TextType || type instanceof ByteaType) {
      return 0;
    }
    if (type instanceof IntegerType || type instanceof DateType || type instanceof RealType) {
      return SMALL_BOX;
    }
    if (type instanceof BigIntType || type instanceof DoubleType || type instanceof TimestampType) {
      return LARGE_BOX;
    }
    return type instanceof DecimalType decimal && decimal.fitsLong() ? LARGE_BOX : WIDE_DECIMAL;
  }

  long of(Object[] row) {
    long bytes = fixed;
    for (int column : variable) {
      Object value = row[column];
      if (value instanceof Utf8 text) {
        bytes += UTF8 + padded(text.getByteLength());
      } else if (value instanceof ByteBuffer binary) {
        bytes += BYTE_BUFFER + padded(binary.remaining());
      }
    }
    return bytes;
  }

  private static long padded(long bytes) {
    return bytes + 7 & ~7L;
  }
}
