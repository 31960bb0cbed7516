package io.deltamirror.lake.verify;

/** The text format of {@code COPY … TO STDOUT} (PostgreSQL's manual, COPY, "Text Format"). */
final class CopyText {
  private CopyText() {}

  /** Reads one line, line feed included, into an image. */
  static void read(byte[] line, RowShape shape, RowImage into) {
    into.clear();
    int from = 0;
    for (int column = 0; column < shape.columnCount(); column++) {
      int to = from;
      while (line[to] != '\t' && line[to] != '\n') {
        to++;
      }
      if (to - from == 2 && line[from] == '\\' && line[from + 1] == 'N') {
        into.addNull();
      } else {
        into.begin();
        shape.form(column).putSource(line, from, to, into);
        into.end();
      }
      from = to + 1;
    }
    if (from != line.length) {
      throw new IllegalStateException("a line of COPY with more columns than were asked for");
    }
  }

  /** Puts a field without its escapes. */
  static void putUnescaped(byte[] line, int from, int to, RowImage into) {
    int plain = from;
    for (int at = from; at < to; at++) {
      if (line[at] == '\\') {
        into.put(line, plain, at);
        into.put(unescaped(line[++at]));
        plain = at + 1;
      }
    }
    into.put(line, plain, to);
  }

  private static byte unescaped(byte escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0B;
      default -> escaped;
    };
  }
}
