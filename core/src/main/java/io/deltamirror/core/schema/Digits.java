package io.deltamirror.core.schema;

/** Whole numbers out of ASCII bytes, without a string between. */
final class Digits {
  private Digits() {}

  /**
   * Reads an optional minus and digits.
   *
   * @throws io.deltamirror.core.MirrorException when it is no number or beyond 64 bits
   */
  static long parseLong(byte[] text, int offset, int length) {
    int end = offset + length;
    boolean negative = length > 0 && text[offset] == '-';
    int at = negative ? offset + 1 : offset;
    if (at == end) {
      throw ColumnType.unrepresentable("integer", "it has no digits");
    }
    // Collected below zero, where there is room for Long.MIN_VALUE.
    long value = 0;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
        throw ColumnType.unrepresentable("integer", "it is no whole number of 64 bits");
      }
      value = value * 10 - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw ColumnType.unrepresentable("integer", "it is no whole number of 64 bits");
    }
    return negative ? value : -value;
  }
}
