package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** boolean as {@code Boolean}; PostgreSQL writes {@code t} and {@code f}. */
public record BooleanType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.BOOLEAN);

  @Override
  public String form() {
    return "boolean";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    if (length != 1 || (text[offset] != 't' && text[offset] != 'f')) {
      throw ColumnType.unrepresentable("boolean", "it is neither t nor f");
    }
    return text[offset] == 't';
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeBoolean((Boolean) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readBoolean();
  }
}
