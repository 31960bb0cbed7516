package io.deltamirror.core.schema;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * A decimal of p digits up to 38, s of them behind the point, as the unscaled value: a {@code Long}
 * up to 18 digits, a {@code BigInteger} above.
 *
 * <p>It holds numbers, not how many zeros PostgreSQL prints behind them: 1.5 and 1.50 are the same
 * under a scale of 2 or more, 1.500 is the same number with a scale of 2. What would have to be
 * rounded, has too many digits before the point, or is no number, is refused.
 */
public record DecimalType(int precision, int scale) implements ColumnType {
  /** Decimal digits that always fit a long. */
  public static final int LONG_DIGITS = 18;

  /** Delta's widest decimal. */
  public static final int MAX_PRECISION = 38;

  /** By precision, the least number that has too many digits. */
  private static final BigInteger[] BOUNDS =
      IntStream.rangeClosed(0, MAX_PRECISION)
          .mapToObj(BigInteger.TEN::pow)
          .toArray(BigInteger[]::new);

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
    DecimalDigits digits = new DecimalDigits(this);
    for (; at < end; at++) {
      digits.next(text[at]);
    }
    return digits.value(negative);
  }

  String name() {
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
    if (unscaled.abs().compareTo(BOUNDS[precision]) >= 0) {
      throw new IOException("a decimal beyond its precision");
    }
    return fitsLong() ? (Object) unscaled.longValue() : unscaled;
  }
}
