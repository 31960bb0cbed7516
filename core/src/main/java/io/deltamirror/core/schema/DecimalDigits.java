package io.deltamirror.core.schema;

import java.math.BigInteger;

/** Collects the digits of one number in PostgreSQL's form, without ever rounding. */
final class DecimalDigits {
  private static final long[] TENS = new long[DecimalType.LONG_DIGITS + 1];

  static {
    TENS[0] = 1;
    for (int i = 1; i < TENS.length; i++) {
      TENS[i] = TENS[i - 1] * 10;
    }
  }

  private final DecimalType type;
  private final StringBuilder wide;
  private long narrow;
  private boolean any;

  /** Digits from the first that is not zero to the last that the scale has room for. */
  private int significant;

  /** Digits behind the point, -1 before it. */
  private int fraction = -1;

  DecimalDigits(DecimalType type) {
    this.type = type;
    this.wide = type.fitsLong() ? null : new StringBuilder(DecimalType.MAX_PRECISION);
  }

  void next(byte c) {
    if (c == '.' && fraction < 0 && any) {
      fraction = 0;
      return;
    }
    if (c < '0' || c > '9') {
      throw unfit("it is NaN, infinite or not a number");
    }
    any = true;
    if (fraction >= 0 && ++fraction > type.scale()) {
      if (c != '0') {
        throw unfit("it has more digits behind the point");
      }
      return;
    }
    if (significant == 0 && c == '0') {
      return;
    }
    if (++significant > type.precision()) {
      throw unfit("it has more digits");
    }
    if (wide == null) {
      narrow = narrow * 10 + (c - '0');
    } else {
      wide.append((char) c);
    }
  }

  /** The unscaled value. */
  Object value(boolean negative) {
    if (!any || fraction == 0) {
      throw unfit("it is not in PostgreSQL's form");
    }
    int missing = significant == 0 ? 0 : Math.max(0, type.scale() - Math.max(fraction, 0));
    if (significant + missing > type.precision()) {
      throw unfit("it has more digits before the point");
    }
    if (wide == null) {
      long value = narrow * TENS[missing];
      return negative ? -value : value;
    }
    if (significant == 0) {
      return BigInteger.ZERO;
    }
    wide.append("0".repeat(missing));
    BigInteger value = new BigInteger(wide.toString());
    return negative ? value.negate() : value;
  }

  private RuntimeException unfit(String why) {
    return ColumnType.unrepresentable(type.name(), why);
  }
}
