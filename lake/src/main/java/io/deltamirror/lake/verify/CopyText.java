package io.deltamirror.lake.verify;

/** The text format of {@code COPY … TO STDOUT} (PostgreSQL's manual, COPY, "Text Format"). */
final class CopyText {
  private CopyText() {}

  /** Reads one line, line feed included, into an image. The line is overwritten. */
  static void read(byte[] line, RowShape shape, RowImage into) {
    into.clear();
    int from = 0;
    for (int column = 0; column < shape.columnCount(); column++) {
      int to = from;
      int end = from;
      while (line[to] != '\t' && line[to] != '\n') {
        // What stands behind an escape moves up, as a text is never longer than its escapes.
        if (line[to] == '\\' && line[to + 1] != 'N') {
          line[end++] = unescaped(line[++to]);
          to++;
        } else {
          line[end++] = line[to++];
        }
      }
      if (isNull(line, from, to, end)) {
        into.addNull();
      } else {
        into.begin();
        shape.form(column).putSource(line, from, end, into);
        into.end();
      }
      from = to + 1;
    }
    if (from != line.length) {
      throw new IllegalStateException("a line of COPY with more columns than were asked for");
    }
  }

  /** A field without escapes that is {@code \N}: a backslash of a value is always escaped. */
  private static boolean isNull(byte[] line, int from, int to, int end) {
    return to - from == 2 && end == to && line[from] == '\\' && line[from + 1] == 'N';
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
