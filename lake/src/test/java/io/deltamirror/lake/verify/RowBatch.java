package io.deltamirror.lake.verify;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructType;
import java.math.BigDecimal;
import java.util.List;

/** Rows given as Java values in the form in which Kernel writes them; an array is a List. */
record RowBatch(StructType schema, List<Object[]> rows) implements ColumnarBatch {
  @Override
  public StructType getSchema() {
    return schema;
  }

  @Override
  public int getSize() {
    return rows.size();
  }

  @Override
  public ColumnVector getColumnVector(int ordinal) {
    return new Values(schema.at(ordinal).getDataType(), ordinal, rows);
  }

  @Override
  public ColumnarBatch withNewSchema(StructType newSchema) {
    return new RowBatch(newSchema, rows);
  }

  /** A list as Kernel has it. */
  static ArrayValue list(DataType element, List<?> values) {
    List<Object[]> rows = values.stream().map(value -> new Object[] {value}).toList();
    ColumnVector elements = new Values(element, 0, rows);
    return new ArrayValue() {
      @Override
      public int getSize() {
        return rows.size();
      }

      @Override
      public ColumnVector getElements() {
        return elements;
      }
    };
  }

  private record Values(DataType type, int ordinal, List<Object[]> rows) implements ColumnVector {
    private Object at(int row) {
      return rows.get(row)[ordinal];
    }

    @Override
    public DataType getDataType() {
      return type;
    }

    @Override
    public int getSize() {
      return rows.size();
    }

    @Override
    public void close() {}

    @Override
    public boolean isNullAt(int row) {
      return at(row) == null;
    }

    @Override
    public boolean getBoolean(int row) {
      return (Boolean) at(row);
    }

    @Override
    public short getShort(int row) {
      return (Short) at(row);
    }

    @Override
    public int getInt(int row) {
      return (Integer) at(row);
    }

    @Override
    public long getLong(int row) {
      return (Long) at(row);
    }

    @Override
    public float getFloat(int row) {
      return (Float) at(row);
    }

    @Override
    public double getDouble(int row) {
      return (Double) at(row);
    }

    @Override
    public String getString(int row) {
      return (String) at(row);
    }

    @Override
    public byte[] getBinary(int row) {
      return (byte[]) at(row);
    }

    @Override
    public BigDecimal getDecimal(int row) {
      return (BigDecimal) at(row);
    }

    @Override
    public ArrayValue getArray(int row) {
      return list(((ArrayType) type).getElementType(), (List<?>) at(row));
    }
  }
}
