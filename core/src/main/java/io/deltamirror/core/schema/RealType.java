package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** real as {@code Float}: the shortest text form reads back to the same bits. */
public record RealType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.FLOAT);

  @Override
  public String form() {
    return "real";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    try {
      return Float.parseFloat(FloatText.checked("real", text, offset, length));
    } catch (NumberFormatException e) {
      throw FloatText.notANumber("real");
    }
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeFloat((Float) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readFloat();
  }
}
