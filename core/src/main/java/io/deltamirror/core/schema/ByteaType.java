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
    if (length < 2 || length % 2 != 0 || text[offset] != '\\' || text[offset + 1] != 'x') {
      throw ColumnType.unrepresentable("bytea", "it is not in hex form");
    }
    byte[] bytes = new byte[length / 2 - 1];
    for (int i = 0, at = offset + 2; i < bytes.length; i++, at += 2) {
      bytes[i] = (byte) (nibble(text[at]) << 4 | nibble(text[at + 1]));
    }
    return ByteBuffer.wrap(bytes);
  }

  private static int nibble(byte digit) {
    int value = Character.digit(digit, 16);
    if (value < 0) {
      throw ColumnType.unrepresentable("bytea", "it is not in hex form");
    }
    return value;
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
