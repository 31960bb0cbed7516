package io.deltamirror.core.schema;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** bytea as {@code ByteBuffer}; the text form is {@code \x} and hexadecimal digits. */
public record ByteaType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.BYTES);

  @Override
  public String form() {
    return "binary";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    ColumnType.checkLength("bytea", length);
    if (length < 2 || text[offset] != '\\' || text[offset + 1] != 'x') {
      throw Hex.notHex("bytea");
    }
    return Hex.parse("bytea", text, offset + 2, length - 2);
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeBytes(((ByteBuffer) value).duplicate());
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readBytes(null);
  }
}
