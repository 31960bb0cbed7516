package io.deltamirror.lake.verify;

/** bytea as PostgreSQL prints it under {@code bytea_output=hex}. */
final class HexForm {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private HexForm() {}

  static void put(byte[] value, RowImage into) {
    into.put('\\');
    into.put('x');
    for (byte b : value) {
      into.put(DIGITS[b >> 4 & 0xF]);
      into.put(DIGITS[b & 0xF]);
    }
  }
}
