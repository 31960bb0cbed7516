package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.util.Utf8;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** How the values of a column are held in a row, and in which order they sort. */
public enum ColumnKind {
  /** {@link Integer}: smallint, integer, date as days since 1970-01-01. */
  INTEGER(Integer.class),
  /** {@link Long}: bigint, timestamps as microseconds UTC, unscaled decimals of up to 18 digits. */
  LONG(Long.class),
  /** {@link BigInteger}: unscaled decimals of 19 to 38 digits. */
  DECIMAL(BigInteger.class),
  /** {@link Boolean}, false before true. */
  BOOLEAN(Boolean.class),
  /** {@link Float} in the order of {@link Float#compare}. */
  FLOAT(Float.class),
  /** {@link Double} in the order of {@link Double#compare}. */
  DOUBLE(Double.class),
  /** {@link Utf8} in the order of its bytes, unsigned. */
  TEXT(Utf8.class),
  /** {@link ByteBuffer} in the order of its remaining bytes, unsigned. */
  BINARY(ByteBuffer.class);

  /**
   * Bytes of a {@link #DECIMAL} in a file: FIXED_LEN_BYTE_ARRAY(16), big-endian two's complement.
   */
  static final int DECIMAL_BYTES = 16;

  private final Class<?> valueClass;

  ColumnKind(Class<?> valueClass) {
    this.valueClass = valueClass;
  }

  /** Whether a value is held as rows hold those of this kind. */
  boolean accepts(Object value) {
    return valueClass.isInstance(value);
  }

  /**
   * The kind of a column that {@link DataFileWriter} writes with this Parquet type.
   *
   * @throws IllegalArgumentException for a type that this project never writes
   */
  public static ColumnKind of(PrimitiveType type) {
    for (ColumnKind kind : values()) {
      if (kind.isStoredAs(type)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("Data files hold no columns of the Parquet type " + type);
  }

  /** Whether this type is the one that {@link DataFileWriter} uses for the kind. */
  boolean isStoredAs(PrimitiveType type) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    boolean decimal = annotation instanceof DecimalLogicalTypeAnnotation;
    boolean text = annotation != null && !decimal;
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> this == INTEGER && !decimal;
      case INT64 ->
          this == LONG
              && !(annotation instanceof TimestampLogicalTypeAnnotation timestamp
                  && timestamp.getUnit() != TimeUnit.MICROS);
      case FIXED_LEN_BYTE_ARRAY ->
          this == DECIMAL && decimal && type.getTypeLength() == DECIMAL_BYTES;
      case BOOLEAN -> this == BOOLEAN;
      case FLOAT -> this == FLOAT;
      case DOUBLE -> this == DOUBLE;
      case BINARY -> !decimal && this == (text ? TEXT : BINARY);
      case INT96 -> false;
    };
  }

  /** Compares two values of this kind, neither of them null. */
  int compare(Object left, Object right) {
    return switch (this) {
      case INTEGER -> ((Integer) left).compareTo((Integer) right);
      case LONG -> ((Long) left).compareTo((Long) right);
      case DECIMAL -> ((BigInteger) left).compareTo((BigInteger) right);
      case BOOLEAN -> ((Boolean) left).compareTo((Boolean) right);
      case FLOAT -> ((Float) left).compareTo((Float) right);
      case DOUBLE -> ((Double) left).compareTo((Double) right);
      case TEXT -> compareText((Utf8) left, (Utf8) right);
      case BINARY -> compareBinary((ByteBuffer) left, (ByteBuffer) right);
    };
  }

  private static int compareText(Utf8 left, Utf8 right) {
    return Arrays.compareUnsigned(
        left.getBytes(), 0, left.getByteLength(), right.getBytes(), 0, right.getByteLength());
  }

  private static int compareBinary(ByteBuffer left, ByteBuffer right) {
    int at = left.mismatch(right);
    if (at < 0 || at == left.remaining() || at == right.remaining()) {
      return Integer.compare(left.remaining(), right.remaining());
    }
    return Byte.compareUnsigned(left.get(left.position() + at), right.get(right.position() + at));
  }
}
