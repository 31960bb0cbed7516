package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.util.Utf8;

/**
 * All types without a form of their own as {@code Utf8}: PostgreSQL's output, byte for byte.
 *
 * <p>A database in SQL_ASCII hands out whatever bytes it was given (PostgreSQL: "Character Set
 * Support"). Those that are no UTF-8 have no meaning that a reader could agree on, so they are
 * refused instead of replaced.
 */
public record TextType() implements ColumnType {
  private static final Schema AVRO = Schema.create(Schema.Type.STRING);

  @Override
  public String form() {
    return "text";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    ColumnType.checkLength("text", length);
    Utf8Text.check(text, offset, length);
    byte[] copy = new byte[length];
    System.arraycopy(text, offset, copy, 0, length);
    return new Utf8(copy);
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeString((Utf8) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readString(null);
  }
}
