package io.deltamirror.lake.delta;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.DateType;
import io.deltamirror.core.schema.DecimalType;
import io.deltamirror.core.schema.DoubleType;
import io.deltamirror.core.schema.IntegerType;
import io.deltamirror.core.schema.RealType;
import io.deltamirror.core.schema.TextType;
import io.deltamirror.core.schema.TimestampNtzType;
import io.deltamirror.core.schema.TimestampType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.avro.util.Utf8;

/** A bound of a column's values in Delta's statistics: there as JSON, here as a row's value. */
final class BoundText {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT);
  private static final DateTimeFormatter LOCAL_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);
  private static final long MICROS_PER_MILLI = 1_000;
  // Years of four digits are the ones that every reader parses alike.
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long MILLIS_PER_DAY = 86_400_000;

  private BoundText() {}

  /** Writes the bound as a field, or nothing when statistics cannot hold it. */
  static void write(JsonGenerator out, String field, ColumnType type, Object value, boolean upper)
      throws IOException {
    if (type instanceof TextType) {
      writeText(out, field, (Utf8) value);
    } else if (type instanceof DateType) {
      writeDate(out, field, (Integer) value);
    } else if (type instanceof TimestampType) {
      writeMillis(out, field, MILLIS, (Long) value, upper);
    } else if (type instanceof TimestampNtzType) {
      writeMillis(out, field, LOCAL_MILLIS, (Long) value, upper);
    } else if (type instanceof DecimalType decimal) {
      out.writeNumberField(field, new BigDecimal(unscaled(value), decimal.scale()));
    } else if (value instanceof Float real && Float.isFinite(real)) {
      out.writeNumberField(field, real);
    } else if (value instanceof Double real && Double.isFinite(real)) {
      out.writeNumberField(field, real);
    } else if (value instanceof Integer integer) {
      out.writeNumberField(field, integer);
    } else if (value instanceof Long integer) {
      out.writeNumberField(field, integer);
    }
  }

  private static BigInteger unscaled(Object value) {
    return value instanceof Long small ? BigInteger.valueOf(small) : (BigInteger) value;
  }

  /** A source in SQL_ASCII may have text that is no UTF-8: as JSON it would be another bound. */
  private static void writeText(JsonGenerator out, String field, Utf8 value) throws IOException {
    String text = value.toString();
    if (new Utf8(text).equals(value)) {
      out.writeStringField(field, text);
    }
  }

  private static void writeDate(JsonGenerator out, String field, int day) throws IOException {
    if (day >= FIRST_DAY && day <= LAST_DAY) {
      out.writeStringField(field, LocalDate.ofEpochDay(day).toString());
    }
  }

  /** Statistics hold milliseconds: lower bounds are rounded down, upper ones up. */
  private static void writeMillis(
      JsonGenerator out, String field, DateTimeFormatter form, long micros, boolean upper)
      throws IOException {
    long millis =
        upper ? -Math.floorDiv(-micros, MICROS_PER_MILLI) : Math.floorDiv(micros, MICROS_PER_MILLI);
    long day = Math.floorDiv(millis, MILLIS_PER_DAY);
    if (day >= FIRST_DAY && day <= LAST_DAY) {
      out.writeStringField(
          field, form.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC)));
    }
  }

  /**
   * Reads a bound; null when there is none of use. Nobody can rely on the sign of a floating-point
   * zero: writers differ, and the decimal number that JSON's is read as has none. So zero is a
   * bound for both.
   */
  static Object read(JsonNode bound, ColumnType type, boolean upper) {
    if (bound == null || bound.isNull()) {
      return null;
    }
    if (type instanceof TextType) {
      return bound.isTextual() ? new Utf8(bound.textValue()) : null;
    }
    if (type instanceof DateType) {
      return (int) LocalDate.parse(bound.asText()).toEpochDay();
    }
    if (type instanceof TimestampType) {
      return micros(OffsetDateTime.parse(bound.asText()).toInstant(), upper);
    }
    if (type instanceof TimestampNtzType) {
      return micros(LocalDateTime.parse(bound.asText()).toInstant(ZoneOffset.UTC), upper);
    }
    if (!bound.isNumber()) {
      return null;
    }
    if (type instanceof DecimalType decimal) {
      BigInteger unscaled = bound.decimalValue().setScale(decimal.scale()).unscaledValue();
      return decimal.fitsLong() ? (Object) unscaled.longValueExact() : unscaled;
    }
    if (type instanceof IntegerType) {
      return bound.intValue();
    }
    if (type instanceof RealType) {
      float real = bound.floatValue();
      return real == 0 ? (Object) (upper ? 0f : -0f) : (Object) real;
    }
    if (type instanceof DoubleType) {
      double real = bound.doubleValue();
      return real == 0 ? (Object) (upper ? 0d : -0d) : (Object) real;
    }
    return bound.longValue();
  }

  /** Other writers cut an upper bound to milliseconds. */
  private static long micros(Instant at, boolean upper) {
    long micros = Math.multiplyExact(at.toEpochMilli(), MICROS_PER_MILLI);
    return upper ? micros + MICROS_PER_MILLI - 1 : micros;
  }
}
