package io.deltamirror.core.schema;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8 (Unicode Standard, table 3-7: "Well-Formed UTF-8 Byte Sequences"). */
final class Utf8Text {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long NOT_ASCII = 0x8080808080808080L;

  private Utf8Text() {}

  /**
   * Refuses what is no UTF-8. The message shows none of it.
   *
   * @throws MirrorException {@code TEXT_NOT_UTF8}
   */
  static void check(byte[] text, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      at = endOfAscii(text, at, end);
      if (at < end) {
        int bytes = character(text, at, end);
        if (bytes == 0) {
          throw new MirrorException(
              ErrorCode.TEXT_NOT_UTF8, "a value of type text has bytes that are no UTF-8");
        }
        at += bytes;
      }
    }
  }

  /** Eight bytes at a time, since most text is. */
  private static int endOfAscii(byte[] text, int from, int end) {
    int at = from;
    while (at + Long.BYTES <= end && ((long) LONGS.get(text, at) & NOT_ASCII) == 0) {
      at += Long.BYTES;
    }
    while (at < end && text[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Length of the character beyond ASCII that begins there, 0 if none does. */
  private static int character(byte[] text, int at, int end) {
    int lead = text[at] & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    int bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at + bytes > end) {
      return 0;
    }
    // Neither longer than need be, nor a surrogate, nor beyond the last code point.
    int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    int second = text[at + 1] & 0xFF;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = 2; i < bytes; i++) {
      if ((text[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return bytes;
  }
}
