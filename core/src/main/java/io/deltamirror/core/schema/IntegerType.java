package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * smallint and integer as {@code Integer}.
 *
 * @param small smallint: narrower in the lake, the same in a row
 */
public record IntegerType(boolean small) implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.INT);

  @Override
  public String form() {
    return small ? "smallint" : "integer";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    long value = Digits.parseLong(text, offset, length);
    if (!holds(value)) {
      throw ColumnType.unrepresentable(form(), "it has more bits");
    }
    return (int) value;
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeInt((Integer) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    int value = in.readInt();
    if (!holds(value)) {
      throw new IOException("a smallint of " + value);
    }
    return value;
  }

  private boolean holds(long value) {
    return small ? (short) value == value : (int) value == value;
  }
}
