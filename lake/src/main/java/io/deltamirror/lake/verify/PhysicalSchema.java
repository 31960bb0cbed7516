package io.deltamirror.lake.verify;

import io.delta.kernel.Snapshot;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.List;

/**
 * The columns that are read, as the table and as its data files name them (Delta protocol, "Column
 * Mapping": {@code delta.columnMapping.physicalName} of the field, in the modes name and id).
 *
 * @param logical in the order asked for; text as the bytes that it is stored as, so that no
 *     decoding stands between the file and the comparison
 * @param physical the same, and behind them the row's number, which deletion vectors need
 */
record PhysicalSchema(StructType logical, StructType physical) {
  private static final String MODE = "delta.columnMapping.mode";
  private static final String PHYSICAL_NAME = "delta.columnMapping.physicalName";

  static PhysicalSchema of(Snapshot snapshot, List<String> columns) {
    String mode = snapshot.getTableProperties().getOrDefault(MODE, "none");
    if (!mode.equals("none") && !mode.equals("name")) {
      throw new CannotTellException("column mapping by " + mode + " is not read");
    }
    if (!snapshot.getPartitionColumnNames().isEmpty()) {
      throw new CannotTellException("partitioned Delta tables are not read");
    }
    StructType logical = new StructType();
    StructType physical = new StructType();
    for (String column : columns) {
      StructField field = asBytes(snapshot.getSchema().get(column));
      logical = logical.add(field);
      physical = physical.add(stored(field, mode.equals("name")));
    }
    return new PhysicalSchema(logical, physical.add(rowNumber()));
  }

  private static StructField asBytes(StructField field) {
    return field.withDataType(asBytes(field.getDataType()));
  }

  private static DataType asBytes(DataType type) {
    if (type instanceof ArrayType array) {
      return new ArrayType(asBytes(array.getElementType()), array.containsNull());
    }
    return type instanceof StringType ? BinaryType.BINARY : type;
  }

  private static StructField stored(StructField field, boolean mapped) {
    String name = mapped ? field.getMetadata().getString(PHYSICAL_NAME) : field.getName();
    return new StructField(name, field.getDataType(), field.isNullable());
  }

  /** Marked so that Kernel takes it out again once it has used it. */
  private static StructField rowNumber() {
    StructField column = StructField.DEFAULT_ROW_INDEX_COLUMN;
    return column.withNewMetadata(
        FieldMetadata.builder()
            .fromMetadata(column.getMetadata())
            .putBoolean(StructField.IS_INTERNAL_COLUMN_KEY, true)
            .build());
  }
}
