package io.deltamirror.core;

import java.util.Locale;

/**
 * Text from outside made fit for a log line or a terminal: names of tables and columns, what an
 * event says of itself, messages of other programs. Without this a name with a line break forges
 * log lines, and one with an escape sequence drives the terminal of whoever reads it.
 */
public final class Printable {
  private Printable() {}

  /** The text in one line; controls, invisible and reordering characters as {@code \}{@code u…}. */
  public static String line(String text) {
    return text.codePoints().allMatch(Printable::isHarmless) ? text : escaped(text, false);
  }

  /** As {@link #line}, but line breaks and tabs stay. */
  public static String lines(String text) {
    return text.codePoints().allMatch(c -> isHarmless(c) || isLayout(c))
        ? text
        : escaped(text, true);
  }

  private static boolean isLayout(int c) {
    return c == '\n' || c == '\t';
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static String escaped(String text, boolean layout) {
    StringBuilder line = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (isHarmless(c) || (layout && isLayout(c))) {
                line.appendCodePoint(c);
                return;
              }
              for (char unit : Character.toChars(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
              }
            });
    return line.toString();
  }
}
