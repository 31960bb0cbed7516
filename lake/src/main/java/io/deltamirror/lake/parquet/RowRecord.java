package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The current row as Avro sees it: one object for all rows of a file. Field names are of no
 * account, as Avro's rules forbid the physical names that Delta's column mapping makes; fields
 * match the Parquet columns by position.
 */
final class RowRecord implements IndexedRecord {
  private final Schema schema;
  private final ColumnKind[] kinds;
  private final GenericData.Fixed[] decimals;
  private Object[] row = {};

  RowRecord(MessageType type) {
    List<Schema.Field> fields = new ArrayList<>();
    kinds = new ColumnKind[type.getFieldCount()];
    decimals = new GenericData.Fixed[type.getFieldCount()];
    for (int i = 0; i < type.getFieldCount(); i++) {
      ColumnKind kind = ColumnKind.of(type.getType(i).asPrimitiveType());
      kinds[i] = kind;
      Schema value = schemaOf(kind, i);
      boolean required = type.getType(i).isRepetition(Type.Repetition.REQUIRED);
      Schema field = required ? value : Schema.createUnion(Schema.create(Schema.Type.NULL), value);
      fields.add(new Schema.Field("c" + i, field));
      if (kind == ColumnKind.DECIMAL) {
        decimals[i] = new GenericData.Fixed(value, new byte[ColumnKind.DECIMAL_BYTES]);
      }
    }
    schema = Schema.createRecord("row", null, null, false, fields);
  }

  private static Schema schemaOf(ColumnKind kind, int position) {
    return switch (kind) {
      case INTEGER -> Schema.create(Schema.Type.INT);
      case LONG -> Schema.create(Schema.Type.LONG);
      case DECIMAL ->
          Schema.createFixed("decimal" + position, null, null, ColumnKind.DECIMAL_BYTES);
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case TEXT -> Schema.create(Schema.Type.STRING);
      case BINARY -> Schema.create(Schema.Type.BYTES);
    };
  }

  /**
   * Makes this the record of another row.
   *
   * @throws IllegalArgumentException when the row has not one value per column
   */
  RowRecord of(Object[] values) {
    if (values.length != kinds.length) {
      throw new IllegalArgumentException(
          "Row has %d values for %d columns".formatted(values.length, kinds.length));
    }
    row = values;
    return this;
  }

  @Override
  public Schema getSchema() {
    return schema;
  }

  @Override
  public Object get(int position) {
    Object value = row[position];
    if (value == null) {
      return null;
    }
    // Avro would silently cut a long to an int, and write the name of any object as text.
    if (!kinds[position].accepts(value)) {
      throw new IllegalArgumentException(
          "Column %d is of %s, but its value of %s"
              .formatted(position, kinds[position], value.getClass()));
    }
    GenericData.Fixed decimal = decimals[position];
    if (decimal == null) {
      return value;
    }
    BytesValues.decimalBytes((BigInteger) value, decimal.bytes());
    return decimal;
  }

  @Override
  public void put(int position, Object value) {
    throw new UnsupportedOperationException("Rows are read, not changed");
  }
}
