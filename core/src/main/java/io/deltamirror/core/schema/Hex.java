package io.deltamirror.core.schema;

import java.nio.ByteBuffer;

/** Bytes out of hexadecimal digits in ASCII. */
final class Hex {
  private Hex() {}

  /**
   * Reads two digits for each byte.
   *
   * @throws io.deltamirror.core.MirrorException when it is anything else
   */
  static ByteBuffer parse(String type, byte[] text, int offset, int length) {
    if (length % 2 != 0) {
      throw notHex(type);
    }
    byte[] bytes = new byte[length / 2];
    for (int i = 0, at = offset; i < bytes.length; i++, at += 2) {
      int high = Character.digit(text[at], 16);
      int low = Character.digit(text[at + 1], 16);
      if (high < 0 || low < 0) {
        throw notHex(type);
      }
      bytes[i] = (byte) (high << 4 | low);
    }
    return ByteBuffer.wrap(bytes);
  }

  static RuntimeException notHex(String type) {
    return ColumnType.unrepresentable(type, "it is not in hex form");
  }
}
