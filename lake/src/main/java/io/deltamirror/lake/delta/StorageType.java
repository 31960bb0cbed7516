package io.deltamirror.lake.delta;

import io.delta.kernel.types.DataType;
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
import io.deltamirror.lake.parquet.ColumnKind;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * How a column's values are kept: the table's type, the kind in a row, the form in Parquet.
 *
 * @param annotation Parquet's logical type or null
 */
record StorageType(
    DataType delta,
    ColumnKind kind,
    PrimitiveTypeName primitive,
    LogicalTypeAnnotation annotation) {
  /** Holds any decimal of 38 digits. */
  private static final int WIDE_DECIMAL_BYTES = 16;

  static StorageType of(ColumnType type) {
    if (type instanceof IntegerType integer) {
      return integer.small()
          ? new StorageType(
              io.delta.kernel.types.ShortType.SHORT,
              ColumnKind.INTEGER,
              PrimitiveTypeName.INT32,
              LogicalTypeAnnotation.intType(16, true))
          : new StorageType(
              io.delta.kernel.types.IntegerType.INTEGER,
              ColumnKind.INTEGER,
              PrimitiveTypeName.INT32,
              null);
    }
    if (type instanceof BigIntType) {
      return new StorageType(
          io.delta.kernel.types.LongType.LONG, ColumnKind.LONG, PrimitiveTypeName.INT64, null);
    }
    if (type instanceof BooleanType) {
      return new StorageType(
          io.delta.kernel.types.BooleanType.BOOLEAN,
          ColumnKind.BOOLEAN,
          PrimitiveTypeName.BOOLEAN,
          null);
    }
    if (type instanceof RealType) {
      return new StorageType(
          io.delta.kernel.types.FloatType.FLOAT, ColumnKind.FLOAT, PrimitiveTypeName.FLOAT, null);
    }
    if (type instanceof DoubleType) {
      return new StorageType(
          io.delta.kernel.types.DoubleType.DOUBLE,
          ColumnKind.DOUBLE,
          PrimitiveTypeName.DOUBLE,
          null);
    }
    if (type instanceof DecimalType decimal) {
      return new StorageType(
          new io.delta.kernel.types.DecimalType(decimal.precision(), decimal.scale()),
          decimal.fitsLong() ? ColumnKind.LONG : ColumnKind.DECIMAL,
          decimal.fitsLong() ? PrimitiveTypeName.INT64 : PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY,
          LogicalTypeAnnotation.decimalType(decimal.scale(), decimal.precision()));
    }
    if (type instanceof TextType) {
      return new StorageType(
          io.delta.kernel.types.StringType.STRING,
          ColumnKind.TEXT,
          PrimitiveTypeName.BINARY,
          LogicalTypeAnnotation.stringType());
    }
    if (type instanceof ByteaType) {
      return new StorageType(
          io.delta.kernel.types.BinaryType.BINARY,
          ColumnKind.BINARY,
          PrimitiveTypeName.BINARY,
          null);
    }
    if (type instanceof DateType) {
      return new StorageType(
          io.delta.kernel.types.DateType.DATE,
          ColumnKind.INTEGER,
          PrimitiveTypeName.INT32,
          LogicalTypeAnnotation.dateType());
    }
    if (type instanceof TimestampType) {
      // One without time zone is kept as if its clock showed UTC: Fabric's SQL endpoint does not
      // read TIMESTAMP_NTZ.
      return new StorageType(
          io.delta.kernel.types.TimestampType.TIMESTAMP,
          ColumnKind.LONG,
          PrimitiveTypeName.INT64,
          LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS));
    }
    throw new IllegalArgumentException("a type without a form in the lake: " + type);
  }

  /** The column in the schema of a data file. */
  PrimitiveType parquet(TableColumn column) {
    var builder = column.isKey() ? Types.required(primitive) : Types.optional(primitive);
    if (primitive == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
      builder = builder.length(WIDE_DECIMAL_BYTES);
    }
    if (annotation != null) {
      builder = builder.as(annotation);
    }
    return builder.id(column.fieldId()).named(column.physicalName());
  }
}
