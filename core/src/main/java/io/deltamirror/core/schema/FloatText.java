package io.deltamirror.core.schema;

/** PostgreSQL's text form of floating point numbers (float.c): of what Java reads, only that. */
final class FloatText {
  private FloatText() {}

  /**
   * The text, for Java's parser.
   *
   * @throws io.deltamirror.core.MirrorException when it is anything else than digits with sign,
   *     point and exponent, {@code NaN}, {@code Infinity} or {@code -Infinity}
   */
  static String checked(String type, byte[] text, int offset, int length) {
    boolean digits = false;
    for (int at = offset; at < offset + length; at++) {
      byte c = text[at];
      digits |= c >= '0' && c <= '9';
      boolean allowed = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e';
      if (!allowed) {
        return notFinite(type, text, offset, length);
      }
    }
    if (!digits) {
      throw notANumber(type);
    }
    return ColumnType.ascii(text, offset, length);
  }

  private static String notFinite(String type, byte[] text, int offset, int length) {
    String word = ColumnType.ascii(text, offset, Math.min(length, "-Infinity".length() + 1));
    return switch (word) {
      case "NaN", "Infinity", "-Infinity" -> word;
      default -> throw notANumber(type);
    };
  }

  static RuntimeException notANumber(String type) {
    return ColumnType.unrepresentable(type, "it is not a number in PostgreSQL's form");
  }
}
