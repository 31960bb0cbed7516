package io.deltamirror.lake.delta;

import io.delta.kernel.types.DataType;
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
import io.deltamirror.lake.parquet.ColumnKind;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * How a column's values are kept: the table's type, the kind in a row, the form in Parquet.
 *
 * @param kind of the values, or of what the innermost lists hold
 * @param depth how many lists are within each other
 * @param primitive Parquet's type of the values, or of what the innermost lists hold
 * @param annotation Parquet's logical type or null
 */
record StorageType(
    DataType delta,
    ColumnKind kind,
    int depth,
    PrimitiveTypeName primitive,
    LogicalTypeAnnotation annotation) {
  /** Holds any decimal of 38 digits. */
  private static final int WIDE_DECIMAL_BYTES = 16;

  private static final String ELEMENT = "element";

  private StorageType(
      DataType delta,
      ColumnKind kind,
      PrimitiveTypeName primitive,
      LogicalTypeAnnotation annotation) {
    this(delta, kind, 0, primitive, annotation);
  }

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
    if (type instanceof ByteaType || type instanceof EwkbType) {
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
    if (type instanceof TimestampNtzType) {
      return new StorageType(
          io.delta.kernel.types.TimestampNTZType.TIMESTAMP_NTZ,
          ColumnKind.LONG,
          PrimitiveTypeName.INT64,
          LogicalTypeAnnotation.timestampType(false, TimeUnit.MICROS));
    }
    if (type instanceof ArrayType array) {
      StorageType element = of(array.element());
      return new StorageType(
          new io.delta.kernel.types.ArrayType(element.delta, true),
          element.kind,
          element.depth + 1,
          element.primitive,
          element.annotation);
    }
    throw new IllegalArgumentException("a type without a form in the lake: " + type);
  }

  /**
   * The column in the schema of a data file. Only the column itself has a field id, as only fields
   * of structs have one in Delta's schema.
   */
  Type parquet(TableColumn column) {
    if (depth == 0) {
      return primitive(column.isKey() ? Repetition.REQUIRED : Repetition.OPTIONAL)
          .id(column.fieldId())
          .named(column.physicalName());
    }
    Type element = primitive(Repetition.OPTIONAL).named(ELEMENT);
    for (int i = 1; i < depth; i++) {
      element = listOf(element).named(ELEMENT);
    }
    return listOf(element).id(column.fieldId()).named(column.physicalName());
  }

  private Types.PrimitiveBuilder<PrimitiveType> primitive(Repetition repetition) {
    var builder = Types.primitive(primitive, repetition);
    if (primitive == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
      builder = builder.length(WIDE_DECIMAL_BYTES);
    }
    return annotation == null ? builder : builder.as(annotation);
  }

  /** Three levels, as the Parquet format prescribes: the list, its items, what they hold. */
  private static Types.GroupBuilder<GroupType> listOf(Type element) {
    return Types.optionalGroup()
        .as(LogicalTypeAnnotation.listType())
        .addField(new GroupType(Repetition.REPEATED, "list", element));
  }
}
