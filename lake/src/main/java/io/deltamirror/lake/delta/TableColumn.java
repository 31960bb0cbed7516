package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.lake.parquet.DataColumn;
import java.util.Objects;

/**
 * A column of a Delta table under column mapping {@code name}.
 *
 * @param name what readers see: that of the source, or another by {@link ColumnNames}
 * @param physicalName its name in data files and statistics; never used for another column
 * @param fieldId {@code delta.columnMapping.id}, in data files the Parquet field id
 * @param type how its values are carried in a row
 * @param keyOrdinal place in the key from 1, or 0; a list is never in a key
 */
public record TableColumn(
    String name, String physicalName, int fieldId, ColumnType type, int keyOrdinal) {
  public TableColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(physicalName);
    Objects.requireNonNull(type);
    if (keyOrdinal > 0 && type instanceof ArrayType) {
      throw new IllegalArgumentException("key column " + name + " is a list");
    }
  }

  public boolean isKey() {
    return keyOrdinal > 0;
  }

  /** The column as data files hold it. */
  public DataColumn dataColumn() {
    StorageType storage = StorageType.of(type);
    return new DataColumn(physicalName, storage.kind(), storage.depth());
  }
}
