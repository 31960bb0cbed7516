package io.deltamirror.lake.apply;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.util.Utf8;

/** How much memory a row takes, about. */
final class ValueSize {
  private static final long ARRAY_HEADER = 16;
  private static final long REFERENCE = 8;
  private static final long BOXED = 24;
  private static final long TEXT = 48;
  private static final long LIST = 64;
  private static final long BUFFER = 80;

  private ValueSize() {}

  static long of(Object[] row) {
    long bytes = ARRAY_HEADER;
    for (Object value : row) {
      bytes += REFERENCE + of(value);
    }
    return bytes;
  }

  private static long of(Object value) {
    if (value == null || value instanceof Boolean) {
      return 0;
    }
    if (value instanceof Utf8 text) {
      return TEXT + text.getByteLength();
    }
    if (value instanceof ByteBuffer bytes) {
      return BUFFER + bytes.capacity();
    }
    if (value instanceof List<?> list) {
      long bytes = LIST;
      for (Object element : list) {
        bytes += REFERENCE + of(element);
      }
      return bytes;
    }
    return value instanceof BigInteger ? BUFFER : BOXED;
  }
}
