package io.deltamirror.lake.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Columns to and from Delta's schema with column mapping {@code name}. */
final class ColumnMappings {
  private ColumnMappings() {}

  /**
   * Columns that no file of the table has had: ids above all given out so far, names that follow
   * from the seed's snapshot, which no other seed of the table shares.
   */
  static TableColumns fresh(
      Optional<SnapshotImpl> present, TableSchema shape, SeedSnapshot snapshot) {
    String tag = tag(shape.oid(), snapshot);
    int maxId =
        present
            .map(SnapshotImpl::getTableProperties)
            .map(properties -> properties.get(ColumnMapping.COLUMN_MAPPING_MAX_COLUMN_ID_KEY))
            .map(Integer::parseInt)
            .orElse(0);
    return TableColumns.of(
        shape, i -> "col-" + tag + "-" + shape.columns().get(i).attnum(), i -> maxId + 1 + i);
  }

  /** Part of the physical names of a seed's columns. */
  static String tag(long oid, SeedSnapshot snapshot) {
    String text = oid + ":" + snapshot.visible() + ":" + snapshot.lsn();
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
  }

  /** Delta's schema; key columns are NOT NULL. */
  static StructType schema(TableColumns columns) {
    StructType schema = new StructType();
    for (TableColumn column : columns.all()) {
      FieldMetadata mapping =
          FieldMetadata.builder()
              .putLong(ColumnMapping.COLUMN_MAPPING_ID_KEY, column.fieldId())
              .putString(ColumnMapping.COLUMN_MAPPING_PHYSICAL_NAME_KEY, column.physicalName())
              .build();
      schema =
          schema.add(
              new StructField(
                  column.name(), StorageType.of(column.type()).delta(), !column.isKey(), mapping));
    }
    return schema;
  }

  /** The columns of a shape as Delta's schema maps them. */
  static TableColumns read(StructType schema, TableSchema shape) {
    List<StructField> fields = ColumnNames.of(shape.columns()).stream().map(schema::get).toList();
    return TableColumns.of(
        shape,
        i -> ColumnMapping.getPhysicalName(fields.get(i)),
        i -> ColumnMapping.getColumnId(fields.get(i)));
  }
}
