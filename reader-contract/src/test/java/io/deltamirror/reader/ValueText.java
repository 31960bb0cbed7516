package io.deltamirror.reader;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * A reader's value in the text form that PostgreSQL prints (in UTC, ISO dates); a floating-point
 * number as its bits in hexadecimal, as {@code float8send} gives them, or {@code NaN}.
 */
final class ValueText {
  /** Types of which every value is held. */
  private static final Set<String> ALWAYS_NATIVE =
      Set.of(
          "boolean",
          "smallint",
          "integer",
          "bigint",
          "real",
          "double precision",
          "bytea",
          "oid",
          "xid");

  private ValueText() {}

  /**
   * The text of a value that is not NULL.
   *
   * @param type of the column in PostgreSQL
   * @param value text is what it is: of most types, and of columns with a value that theirs does
   *     not hold
   * @throws ClassCastException when no column of that type may hold such a value
   */
  static String of(String type, Object value) {
    if (value instanceof String text) {
      if (ALWAYS_NATIVE.contains(type)) {
        throw new ClassCastException("text in a column of type " + type);
      }
      return text;
    }
    if (type.endsWith("[]")) {
      return ArrayText.of(type.substring(0, type.length() - 2), value);
    }
    return switch (type) {
      case "boolean" -> (Boolean) value ? "t" : "f";
      case "smallint" -> ((Short) value).toString();
      case "integer" -> ((Integer) value).toString();
      case "bigint", "oid", "xid" -> ((Long) value).toString();
      case "real" -> real((Float) value);
      case "double precision" -> doublePrecision((Double) value);
      case "numeric" -> ((BigDecimal) value).toPlainString();
      case "bytea" -> "\\x" + HexFormat.of().formatHex((byte[]) value);
      case "geometry" -> HexFormat.of().withUpperCase().formatHex((byte[]) value);
      case "date" -> date((LocalDate) value) + era((LocalDate) value);
      case "timestamp without time zone" -> timestamp(moment(value), "");
      case "timestamp with time zone" -> timestamp((Instant) value, "+00");
      default -> throw new ClassCastException(type + " as " + value.getClass());
    };
  }

  private static String real(float value) {
    return Float.isNaN(value) ? "NaN" : HexFormat.of().toHexDigits(Float.floatToRawIntBits(value));
  }

  private static String doublePrecision(double value) {
    return Double.isNaN(value)
        ? "NaN"
        : HexFormat.of().toHexDigits(Double.doubleToRawLongBits(value));
  }

  /** Without a zone, or as if it were UTC's. */
  private static Instant moment(Object value) {
    return value instanceof LocalDateTime clock ? clock.toInstant(ZoneOffset.UTC) : (Instant) value;
  }

  private static String timestamp(Instant instant, String zone) {
    LocalDateTime clock = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    String text =
        String.format(
            Locale.ROOT,
            "%s %02d:%02d:%02d",
            date(clock.toLocalDate()),
            clock.getHour(),
            clock.getMinute(),
            clock.getSecond());
    int nanos = clock.get(ChronoField.NANO_OF_SECOND);
    if (nanos % 1000 != 0) {
      throw new IllegalArgumentException("finer than a microsecond: " + instant);
    }
    if (nanos > 0) {
      text += String.format(Locale.ROOT, ".%06d", nanos / 1000).replaceAll("0+$", "");
    }
    return text + zone + era(clock);
  }

  private static String date(LocalDate date) {
    return String.format(
        Locale.ROOT,
        "%04d-%02d-%02d",
        date.get(ChronoField.YEAR_OF_ERA),
        date.getMonthValue(),
        date.getDayOfMonth());
  }

  private static String era(Temporal date) {
    return date.get(ChronoField.ERA) == 0 ? " BC" : "";
  }
}
