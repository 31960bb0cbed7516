package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Iterator;
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
  private final int[] depths;
  private final GenericData.Fixed[] decimals;
  private Object[] row = {};

  RowRecord(MessageType type) {
    List<Schema.Field> fields = new ArrayList<>();
    kinds = new ColumnKind[type.getFieldCount()];
    depths = new int[type.getFieldCount()];
    decimals = new GenericData.Fixed[type.getFieldCount()];
    for (int i = 0; i < type.getFieldCount(); i++) {
      ColumnShape shape = ColumnShape.of(type.getType(i));
      kinds[i] = ColumnKind.of(shape.leaf());
      depths[i] = shape.depth();
      Schema value = schemaOf(kinds[i], i);
      if (kinds[i] == ColumnKind.DECIMAL) {
        decimals[i] = new GenericData.Fixed(value, new byte[ColumnKind.DECIMAL_BYTES]);
      }
      for (int depth = 0; depth < depths[i]; depth++) {
        value = Schema.createArray(nullable(value));
      }
      boolean required = type.getType(i).isRepetition(Type.Repetition.REQUIRED);
      fields.add(new Schema.Field("c" + i, required ? value : nullable(value)));
    }
    schema = Schema.createRecord("row", null, null, false, fields);
  }

  private static Schema nullable(Schema value) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), value);
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
    return of(position, row[position], depths[position]);
  }

  private Object of(int position, Object value, int depth) {
    if (value == null) {
      return null;
    }
    // Avro would silently cut a long to an int, and write the name of any object as text.
    boolean fits = depth > 0 ? value instanceof List : kinds[position].accepts(value);
    if (!fits) {
      throw new IllegalArgumentException(
          "Column %d is of %s, %d lists deep, but its value of %s"
              .formatted(position, kinds[position], depths[position], value.getClass()));
    }
    if (depth > 0) {
      return new Items((List<?>) value, position, depth - 1);
    }
    GenericData.Fixed decimal = decimals[position];
    if (decimal == null) {
      return value;
    }
    BytesValues.decimalBytes((BigInteger) value, decimal.bytes());
    return decimal;
  }

  /** The elements of a list as Avro sees them, each only until the next one is looked at. */
  private final class Items extends AbstractCollection<Object> {
    private final List<?> list;
    private final int position;
    private final int depth;

    Items(List<?> list, int position, int depth) {
      this.list = list;
      this.position = position;
      this.depth = depth;
    }

    @Override
    public int size() {
      return list.size();
    }

    @Override
    public Iterator<Object> iterator() {
      Iterator<?> items = list.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return items.hasNext();
        }

        @Override
        public Object next() {
          return of(position, items.next(), depth);
        }
      };
    }
  }

  @Override
  public void put(int position, Object value) {
    throw new UnsupportedOperationException("Rows are read, not changed");
  }
}
