package io.deltamirror.core.schema;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * A cursor over PostgreSQL's ISO form of dates and times: {@code [y]yyyy-mm-dd[ hh:mm:ss[.f][+00]][
 * BC]} (datetime.c, EncodeDateTime).
 */
final class IsoText {
  private static final long[] FRACTION = {0, 100_000, 10_000, 1_000, 100, 10, 1};

  private final String type;
  private final byte[] text;
  private final boolean beforeChrist;
  private final int end;
  private int at;

  IsoText(String type, byte[] text, int offset, int length) {
    this.type = type;
    this.text = text;
    this.at = offset;
    int last = offset + length;
    this.beforeChrist =
        length > 3 && text[last - 1] == 'C' && text[last - 2] == 'B' && text[last - 3] == ' ';
    this.end = beforeChrist ? last - 3 : last;
  }

  /** Days since 1970-01-01. */
  long epochDay() {
    if (at < end && (text[at] == 'i' || text[at] == '-')) {
      throw ColumnType.unrepresentable(type, "it is infinite");
    }
    int year = number(4, 7);
    expect('-');
    int month = number(2, 2);
    expect('-');
    int day = number(2, 2);
    try {
      return LocalDate.of(beforeChrist ? 1 - year : year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw ColumnType.unrepresentable(type, "it is no date");
    }
  }

  /** Microseconds since midnight. */
  long timeOfDay(boolean zoned) {
    expect(' ');
    long hour = number(2, 2);
    expect(':');
    long minute = number(2, 2);
    expect(':');
    long second = number(2, 2);
    if (hour > 23 || minute > 59 || second > 59) {
      throw malformed();
    }
    long micros = ((hour * 60 + minute) * 60 + second) * 1_000_000;
    if (at < end && text[at] == '.') {
      at++;
      int start = at;
      long fraction = number(1, 6);
      micros += fraction * FRACTION[at - start];
    }
    if (zoned) {
      expect('+');
      expect('0');
      expect('0');
    }
    return micros;
  }

  /** Nothing may follow. */
  void end() {
    if (at != end) {
      throw malformed();
    }
  }

  private int number(int minDigits, int maxDigits) {
    int start = at;
    int value = 0;
    while (at < end && at - start < maxDigits && text[at] >= '0' && text[at] <= '9') {
      value = value * 10 + text[at++] - '0';
    }
    if (at - start < minDigits) {
      throw malformed();
    }
    return value;
  }

  private void expect(char c) {
    if (at >= end || text[at] != c) {
      throw malformed();
    }
    at++;
  }

  private RuntimeException malformed() {
    return ColumnType.unrepresentable(type, "it is not in ISO form under UTC");
  }
}
