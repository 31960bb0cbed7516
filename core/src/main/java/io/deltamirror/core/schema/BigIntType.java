package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** bigint as {@code Long}. */
public record BigIntType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.LONG);

  @Override
  public String form() {
    return "bigint";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    return Digits.parseLong(text, offset, length);
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeLong((Long) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readLong();
  }
}
