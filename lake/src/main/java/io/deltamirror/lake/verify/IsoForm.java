package io.deltamirror.lake.verify;

import java.time.LocalDate;

/**
 * Dates and times as PostgreSQL prints them under {@code datestyle=ISO} in UTC (datetime.c,
 * EncodeDateOnly and EncodeDateTime): at least four digits of the year, no trailing zeros in the
 * fraction, the zone before the era.
 */
final class IsoForm {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

  private IsoForm() {}

  /** Puts a date given in days since 1970-01-01. */
  static void putDate(long epochDay, RowImage into) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    putDay(date, into);
    putEra(date, into);
  }

  /** Puts a time given in microseconds since 1970-01-01T00:00:00. */
  static void putTimestamp(long micros, boolean zoned, RowImage into) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, MICROS_PER_DAY));
    long ofDay = Math.floorMod(micros, MICROS_PER_DAY);
    long second = ofDay / MICROS_PER_SECOND;
    putDay(date, into);
    into.put(' ');
    into.putNumber(second / 3600, 2);
    into.put(':');
    into.putNumber(second / 60 % 60, 2);
    into.put(':');
    into.putNumber(second % 60, 2);
    putFraction(ofDay % MICROS_PER_SECOND, into);
    if (zoned) {
      into.putAscii("+00");
    }
    putEra(date, into);
  }

  private static void putFraction(long micros, RowImage into) {
    if (micros == 0) {
      return;
    }
    int digits = 6;
    long shortened = micros;
    while (shortened % 10 == 0) {
      shortened /= 10;
      digits--;
    }
    into.put('.');
    into.putNumber(shortened, digits);
  }

  private static void putDay(LocalDate date, RowImage into) {
    int year = date.getYear();
    into.putNumber(year > 0 ? year : 1 - year, 4);
    into.put('-');
    into.putNumber(date.getMonthValue(), 2);
    into.put('-');
    into.putNumber(date.getDayOfMonth(), 2);
  }

  private static void putEra(LocalDate date, RowImage into) {
    if (date.getYear() <= 0) {
      into.putAscii(" BC");
    }
  }
}
