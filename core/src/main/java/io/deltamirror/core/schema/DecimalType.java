package io.deltamirror.core.schema;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * numeric(p,s) with p up to 38 and s from 0 to p, as the unscaled value: a {@code Long} up to 18
 * digits, a {@code BigInteger} above.
 */
public record DecimalType(int precision, int scale) implements ColumnType {
  /** Decimal digits that always fit a long. */
  public static final int LONG_DIGITS = 18;

  /** Delta's widest decimal. */
  public static final int MAX_PRECISION = 38;

  public DecimalType {
    if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
      throw new IllegalArgumentException("numeric(" + precision + "," + scale + ")");
    }
  }

  /** Whether a value is a {@code Long}. */
  public boolean fitsLong() {
    return precision <= LONG_DIGITS;
  }

  @Override
  public String form() {
    return "decimal(" + precision + "," + scale + ")";
  }

  @Override
  public Schema avro() {
    return LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    int end = offset + length;
    int at = offset;
    boolean negative = at < end && text[at] == '-';
    if (negative) {
      at++;
    }
    StringBuilder wide = fitsLong() ? null : new StringBuilder(length);
    long value = 0;
    int digits = 0;
    int fraction = -1;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (text[at] == '.' && fraction < 0) {
        fraction = 0;
        continue;
      }
      if (digit < 0 || digit > 9) {
        throw ColumnType.unrepresentable(name(), "it is NaN, infinite or not a number");
      }
      digits++;
      fraction += fraction < 0 ? 0 : 1;
      value = value * 10 + digit;
      if (wide != null) {
        wide.append((char) text[at]);
      }
    }
    // PostgreSQL prints exactly s digits behind the point and at least one before it.
    int leading = digits - Math.max(fraction, 0);
    if (digits == 0 || Math.max(fraction, 0) != scale || leading > Math.max(1, precision - scale)) {
      throw ColumnType.unrepresentable(name(), "it has another number of digits");
    }
    if (wide == null) {
      return negative ? -value : value;
    }
    BigInteger unscaled = new BigInteger(wide.toString());
    return negative ? unscaled.negate() : unscaled;
  }

  private String name() {
    return "numeric(" + precision + "," + scale + ")";
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    BigInteger unscaled =
        value instanceof Long small ? BigInteger.valueOf(small) : (BigInteger) value;
    out.writeBytes(unscaled.toByteArray());
  }

  @Override
  public Object read(Decoder in) throws IOException {
    ByteBuffer bytes = in.readBytes(null);
    if (!bytes.hasRemaining() || bytes.remaining() > 17) {
      throw new IOException("a decimal of " + bytes.remaining() + " bytes");
    }
    BigInteger unscaled =
        new BigInteger(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    if (!fitsLong()) {
      return unscaled;
    }
    if (unscaled.bitLength() > 63) {
      throw new IOException("a decimal beyond its precision");
    }
    return unscaled.longValue();
  }
}
