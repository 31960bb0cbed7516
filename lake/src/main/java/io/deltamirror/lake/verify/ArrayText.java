package io.deltamirror.lake.verify;

/**
 * One array in PostgreSQL's text (its manual, "Array Input and Output Syntax"): bounds, if they are
 * not those that every array has, and lists of values, which are quoted where they must be. For one
 * use.
 */
final class ArrayText {
  private final byte[] text;
  private final int to;
  private final ArrayForm form;
  private int at;

  /** The text is overwritten while it is read. */
  ArrayText(byte[] text, int from, int to, ArrayForm form) {
    this.text = text;
    this.at = from;
    this.to = to;
    this.form = form;
  }

  /** Puts all of it in the form of {@link ArrayForm}. */
  void put(RowImage into) {
    if (peek() == '[') {
      int from = at;
      while (next() != '=') {
        // Digits, signs, colons and brackets.
      }
      into.putMark(ArrayForm.BOUNDS);
      int bounds = into.openValue();
      into.put(text, from, at);
      into.closeValue(bounds);
    }
    putList(into);
    if (at != to) {
      throw malformed();
    }
  }

  private void putList(RowImage into) {
    expect('{');
    into.putMark(ArrayForm.OPEN);
    if (peek() == '}') {
      at++;
    } else {
      putItem(into);
      for (byte end = next(); end != '}'; end = next()) {
        if (end != form.delimiter()) {
          throw malformed();
        }
        putItem(into);
      }
    }
    into.putMark(ArrayForm.CLOSE);
  }

  private void putItem(RowImage into) {
    switch (peek()) {
      case '{' -> putList(into);
      case '"' -> putQuoted(into);
      default -> putBare(into);
    }
  }

  private void putQuoted(RowImage into) {
    expect('"');
    int from = at;
    int end = at;
    for (byte b = next(); b != '"'; b = next()) {
      // Moves up what stands behind an escape.
      text[end++] = b == '\\' ? next() : b;
    }
    putValue(from, end, into);
  }

  private void putBare(RowImage into) {
    int from = at;
    while (peek() != form.delimiter() && peek() != '}') {
      at++;
    }
    if (isNull(from)) {
      into.putMark(RowImage.NULL);
    } else {
      putValue(from, at, into);
    }
  }

  private void putValue(int from, int end, RowImage into) {
    int value = into.openValue();
    form.element().putSource(text, from, end, into);
    into.closeValue(value);
  }

  private boolean isNull(int from) {
    return at - from == 4
        && text[from] == 'N'
        && text[from + 1] == 'U'
        && text[from + 2] == 'L'
        && text[from + 3] == 'L';
  }

  private byte peek() {
    if (at >= to) {
      throw malformed();
    }
    return text[at];
  }

  private byte next() {
    byte b = peek();
    at++;
    return b;
  }

  private void expect(char c) {
    if (next() != c) {
      throw malformed();
    }
  }

  private static IllegalStateException malformed() {
    return new IllegalStateException("an array that is not in PostgreSQL's text form");
  }
}
