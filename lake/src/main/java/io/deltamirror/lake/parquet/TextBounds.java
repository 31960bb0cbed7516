package io.deltamirror.lake.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.util.Utf8;

/**
 * Shortens text to a bound that still holds, in the order of UTF-8 bytes, which is the order of
 * code points.
 */
final class TextBounds {
  /** Code points, as other Delta writers keep. */
  static final int LIMIT = 32;

  private static final int BEFORE_SURROGATES = Character.MIN_SURROGATE - 1;

  private TextBounds() {}

  /** A prefix is never above the text. */
  static Utf8 lower(byte[] text) {
    return new Utf8(Arrays.copyOf(text, prefixLength(text)));
  }

  /** A prefix with its last possible character raised, or null when all of them are the highest. */
  static Utf8 upper(byte[] text) {
    int length = prefixLength(text);
    if (length == text.length) {
      return new Utf8(text);
    }
    int[] prefix = new String(text, 0, length, StandardCharsets.UTF_8).codePoints().toArray();
    for (int last = prefix.length - 1; last >= 0; last--) {
      if (prefix[last] < Character.MAX_CODE_POINT) {
        prefix[last] =
            prefix[last] == BEFORE_SURROGATES ? Character.MAX_SURROGATE + 1 : prefix[last] + 1;
        return new Utf8(new String(prefix, 0, last + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return null;
  }

  /** Bytes that the first code points take. */
  private static int prefixLength(byte[] text) {
    int codePoints = 0;
    for (int i = 0; i < text.length; i++) {
      boolean continuation = (text[i] & 0xc0) == 0x80;
      if (!continuation && ++codePoints > LIMIT) {
        return i;
      }
    }
    return text.length;
  }
}
