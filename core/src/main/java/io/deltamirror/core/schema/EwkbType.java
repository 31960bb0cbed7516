package io.deltamirror.core.schema;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * PostGIS's geometry and geography as {@code ByteBuffer}: extended well-known binary, with the
 * SRID, byte for byte what their text form shows as hexadecimal digits.
 */
public record EwkbType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.BYTES);

  @Override
  public String form() {
    return "ewkb";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    ColumnType.checkLength("geometry", length);
    return Hex.parse("geometry", text, offset, length);
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
