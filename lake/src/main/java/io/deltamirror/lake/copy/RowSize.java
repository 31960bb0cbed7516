package io.deltamirror.lake.copy;

import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.BigIntType;
import io.deltamirror.core.schema.BooleanType;
import io.deltamirror.core.schema.ByteaType;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.DateType;
import io.deltamirror.core.schema.DecimalType;
import io.deltamirror.core.schema.DoubleType;
import io.deltamirror.core.schema.EwkbType;
import io.deltamirror.core.schema.IntegerType;
import io.deltamirror.core.schema.RealType;
import io.deltamirror.core.schema.TextType;
import io.deltamirror.core.schema.TimestampNtzType;
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

  /** An ArrayList with its array, and what makes it unmodifiable. */
  private static final int LIST = 24 + ARRAY_HEADER + 24;

  private final long fixed;
  private final Variable[] variable;

  RowSize(List<ColumnType> types) {
    fixed =
        padded(ARRAY_HEADER + (long) REFERENCE * types.size())
            + REFERENCE // in the list of rows
            + types.stream().filter(type -> !isVariable(type)).mapToLong(RowSize::fixed).sum();
    variable =
        IntStream.range(0, types.size())
            .filter(i -> isVariable(types.get(i)))
            .mapToObj(i -> new Variable(i, types.get(i)))
            .toArray(Variable[]::new);
  }

  private record Variable(int column, ColumnType type) {}

  private static boolean isVariable(ColumnType type) {
    return type instanceof TextType
        || type instanceof ByteaType
        || type instanceof EwkbType
        || type instanceof ArrayType;
  }

  private static long fixed(ColumnType type) {
    if (type instanceof BooleanType) {
      return 0;
    }
    if (type instanceof IntegerType || type instanceof DateType || type instanceof RealType) {
      return SMALL_BOX;
    }
    if (type instanceof BigIntType
        || type instanceof DoubleType
        || type instanceof TimestampType
        || type instanceof TimestampNtzType) {
      return LARGE_BOX;
    }
    return type instanceof DecimalType decimal && decimal.fitsLong() ? LARGE_BOX : WIDE_DECIMAL;
  }

  long of(Object[] row) {
    long bytes = fixed;
    for (Variable each : variable) {
      bytes += of(row[each.column], each.type);
    }
    return bytes;
  }

  private static long of(Object value, ColumnType type) {
    if (value instanceof Utf8 text) {
      return UTF8 + padded(text.getByteLength());
    }
    if (value instanceof ByteBuffer binary) {
      return BYTE_BUFFER + padded(binary.remaining());
    }
    if (value instanceof List<?> list && type instanceof ArrayType array) {
      return of(list, array.element());
    }
    return 0;
  }

  /** A growing list may have room for half as many elements again. */
  private static long of(List<?> list, ColumnType element) {
    long bytes = LIST + padded(REFERENCE * (list.size() + (list.size() >> 1)));
    if (!isVariable(element)) {
      return bytes + list.size() * fixed(element);
    }
    for (Object value : list) {
      bytes += of(value, element);
    }
    return bytes;
  }

  private static long padded(long bytes) {
    return bytes + 7 & ~7L;
  }
}
