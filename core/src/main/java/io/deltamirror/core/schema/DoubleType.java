package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** double precision as {@code Double}: the shortest text form reads back to the same bits. */
public record DoubleType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.DOUBLE);

  @Override
  public String form() {
    return "double";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    try {
      return Double.parseDouble(FloatText.checked("double precision", text, offset, length));
    } catch (NumberFormatException e) {
      throw FloatText.notANumber("double precision");
    }
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeDouble((Double) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readDouble();
  }
}
