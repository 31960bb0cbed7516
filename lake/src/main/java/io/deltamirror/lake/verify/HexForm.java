package io.deltamirror.lake.verify;

import java.nio.charset.StandardCharsets;

/** Bytes as hexadecimal digits. */
final class HexForm {
  private static final byte[] LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private HexForm() {}

  /** Puts bytea as PostgreSQL prints it under {@code bytea_output=hex}. */
  static void putBytea(byte[] value, RowImage into) {
    into.put('\\');
    into.put('x');
    put(value, LOWER, into);
  }

  /** Puts a geometry as PostGIS prints it: EWKB in upper case (PostGIS's manual, "WKT and WKB"). */
  static void putEwkb(byte[] value, RowImage into) {
    put(value, UPPER, into);
  }

  private static void put(byte[] value, byte[] digits, RowImage into) {
    for (byte b : value) {
      into.put(digits[b >> 4 & 0xF]);
      into.put(digits[b & 0xF]);
    }
  }
}
