package io.deltamirror.core.schema;

import java.io.IOException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * timestamp and timestamptz as {@code Long}: microseconds since 1970-01-01T00:00:00. A timestamp
 * without time zone is carried as if its clock showed UTC.
 *
 * @param zoned timestamptz; its text form carries {@code +00}, as sessions run in UTC
 */
public record TimestampType(boolean zoned) implements ColumnType {
  private static final Schema ZONED =
      LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
  private static final Schema LOCAL =
      LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  @Override
  public String form() {
    return zoned ? "timestamptz" : "timestamp";
  }

  @Override
  public Schema avro() {
    return zoned ? ZONED : LOCAL;
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    String name = zoned ? "timestamptz" : "timestamp";
    IsoText in = new IsoText(name, text, offset, length);
    long day = in.epochDay();
    long micros = in.timeOfDay(zoned);
    in.end();
    try {
      return Math.addExact(Math.multiplyExact(day, MICROS_PER_DAY), micros);
    } catch (ArithmeticException e) {
      throw ColumnType.unrepresentable(name, "it is beyond 64 bits of microseconds since 1970");
    }
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
