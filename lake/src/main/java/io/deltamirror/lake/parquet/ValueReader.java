package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Reads the current value of a column as rows hold it, also from the types that other writers use:
 * Spark stores decimals by precision in INT32, INT64 or FIXED_LEN_BYTE_ARRAY, and timestamps as
 * INT96 (<a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">Parquet:
 * logical types</a>).
 */
@FunctionalInterface
interface ValueReader {
  /** Julian day number of 1970-01-01. */
  long EPOCH_JULIAN_DAY = 2_440_588;

  long MICROS_PER_DAY = 86_400_000_000L;

  /** The value that the reader stands on, which is not null. */
  Object read(ColumnReader column);

  /**
   * The reader of a column of this kind and type.
   *
   * @throws ParquetDecodingException when values of the type cannot be of the kind
   */
  static ValueReader of(ColumnKind kind, PrimitiveType type) {
    ValueReader reader =
        switch (kind) {
          case INTEGER -> integer(type);
          case LONG -> longInteger(type);
          case DECIMAL -> decimal(type);
          case BOOLEAN -> bool(type);
          case FLOAT -> real(type);
          case DOUBLE -> doublePrecision(type);
          case TEXT -> text(type);
          case BINARY -> binary(type);
        };
    if (reader == null) {
      throw new ParquetDecodingException(
          "Column has the Parquet type %s, not one of %s".formatted(type, kind));
    }
    return reader;
  }

  private static ValueReader integer(PrimitiveType type) {
    return ColumnKind.INTEGER.isStoredAs(type) ? ColumnReader::getInteger : null;
  }

  private static ValueReader longInteger(PrimitiveType type) {
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> column -> (long) column.getInteger();
      case INT64 -> timestampOrLong(type.getLogicalTypeAnnotation());
      case INT96 -> column -> int96Micros(column.getBinary());
      case FIXED_LEN_BYTE_ARRAY, BINARY ->
          isDecimal(type)
              ? column -> new BigInteger(column.getBinary().getBytes()).longValueExact()
              : null;
      case BOOLEAN, FLOAT, DOUBLE -> null;
    };
  }

  private static ValueReader timestampOrLong(LogicalTypeAnnotation annotation) {
    if (!(annotation instanceof TimestampLogicalTypeAnnotation timestamp)) {
      return ColumnReader::getLong;
    }
    return switch (timestamp.getUnit()) {
      case MILLIS -> column -> Math.multiplyExact(column.getLong(), 1_000L);
      case MICROS -> ColumnReader::getLong;
      case NANOS -> column -> Math.floorDiv(column.getLong(), 1_000L);
    };
  }

  private static ValueReader decimal(PrimitiveType type) {
    if (!isDecimal(type)) {
      return null;
    }
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> column -> BigInteger.valueOf(column.getInteger());
      case INT64 -> column -> BigInteger.valueOf(column.getLong());
      case FIXED_LEN_BYTE_ARRAY, BINARY -> column -> new BigInteger(column.getBinary().getBytes());
      case INT96, BOOLEAN, FLOAT, DOUBLE -> null;
    };
  }

  private static ValueReader bool(PrimitiveType type) {
    return ColumnKind.BOOLEAN.isStoredAs(type) ? ColumnReader::getBoolean : null;
  }

  private static ValueReader real(PrimitiveType type) {
    return ColumnKind.FLOAT.isStoredAs(type) ? ColumnReader::getFloat : null;
  }

  private static ValueReader doublePrecision(PrimitiveType type) {
    if (ColumnKind.FLOAT.isStoredAs(type)) {
      return column -> (double) column.getFloat();
    }
    return ColumnKind.DOUBLE.isStoredAs(type) ? ColumnReader::getDouble : null;
  }

  private static ValueReader text(PrimitiveType type) {
    boolean bytes = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY;
    return bytes && !isDecimal(type) ? column -> new Utf8(column.getBinary().getBytes()) : null;
  }

  private static ValueReader binary(PrimitiveType type) {
    return switch (type.getPrimitiveTypeName()) {
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          isDecimal(type) ? null : column -> ByteBuffer.wrap(column.getBinary().getBytes());
      case INT32, INT64, INT96, BOOLEAN, FLOAT, DOUBLE -> null;
    };
  }

  private static boolean isDecimal(PrimitiveType type) {
    return type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
  }

  /** INT96: 8 bytes of nanoseconds in the day, 4 bytes of Julian day, both little-endian. */
  private static long int96Micros(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    long day = bytes.getInt() - EPOCH_JULIAN_DAY;
    return Math.addExact(Math.multiplyExact(day, MICROS_PER_DAY), Math.floorDiv(nanos, 1_000L));
  }
}
