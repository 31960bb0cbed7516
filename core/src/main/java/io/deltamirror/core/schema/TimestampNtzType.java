package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * timestamp as {@link TimestampType} reads it, kept as Delta's TIMESTAMP_NTZ: for mirrors that ask
 * for it, as not every reader knows that type.
 */
public record TimestampNtzType() implements ColumnType {
  private static final TimestampType LOCAL = new TimestampType(false);

  @Override
  public String form() {
    return "timestamp_ntz";
  }

  @Override
  public Schema avro() {
    return LOCAL.avro();
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    return LOCAL.parse(text, offset, length);
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    LOCAL.write(value, out);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return LOCAL.read(in);
  }
}
