package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** date as {@code Integer}: days since 1970-01-01 in the proleptic Gregorian calendar. */
public record DateType() implements ColumnType {
  private static final Schema AVRO =
      LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));

  @Override
  public String form() {
    return "date";
  }

  @Override
  public Schema avro() {
    return AVRO;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    IsoText in = new IsoText("date", text, offset, length);
    long day = in.epochDay();
    in.end();
    if ((int) day != day) {
      throw ColumnType.unrepresentable("date", "it is beyond 32 bits of days since 1970");
    }
    return (int) day;
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    out.writeInt((Integer) value);
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return in.readInt();
  }
}
