package io.deltamirror.core.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Reads PostgreSQL's text form of an array (arrayfuncs.c, array_out): braces around elements and
 * around each inner array; an element is in quotes where it is empty, looks like NULL, or has
 * braces, quotes, backslashes, blanks or the delimiter in it, and quotes and backslashes are behind
 * a backslash there. Bounds that do not begin at 1 stand before it, up to {@code =}.
 *
 * <p>Looks at each byte once or twice; its depth is that of the declared type, never of the text.
 */
final class ArrayText {
  private static final byte[] NULL = {'N', 'U', 'L', 'L'};

  private final ArrayType type;
  private final byte[] text;
  private final int end;
  private int at;
  private int left = ArrayType.MAX_ELEMENTS;

  /** Holds the element at hand without its backslashes, once there is one that has some. */
  private byte[] plain = {};

  ArrayText(ArrayType type, byte[] text, int offset, int length) {
    this.type = type;
    this.text = text;
    this.at = offset;
    this.end = offset + length;
  }

  /** The value; nothing may follow it. */
  List<Object> read() {
    if (at < end && text[at] == '[') {
      throw unfit("its bounds do not begin at 1");
    }
    if (end - at == 2 && text[at] == '{' && text[at + 1] == '}') {
      return List.of();
    }
    List<Object> list = list(type);
    if (at != end) {
      throw malformed();
    }
    return list;
  }

  private List<Object> list(ArrayType array) {
    if (next() != '{') {
      throw unfit("it has fewer dimensions than its column, or is none");
    }
    List<Object> list = new ArrayList<>(0);
    while (true) {
      if (left-- == 0) {
        throw unfit("it has more than " + ArrayType.MAX_ELEMENTS + " elements");
      }
      list.add(array.element() instanceof ArrayType inner ? list(inner) : element(array.element()));
      byte next = next();
      if (next == '}') {
        return Collections.unmodifiableList(list);
      }
      if (next != array.delimiter()) {
        throw malformed();
      }
    }
  }

  private Object element(ColumnType element) {
    if (at < end && text[at] == '{') {
      throw unfit("it has more dimensions than its column");
    }
    return at < end && text[at] == '"' ? quoted(element) : bare(element);
  }

  private Object bare(ColumnType element) {
    int start = at;
    while (at < end && text[at] != type.delimiter() && text[at] != '}') {
      if (text[at] == '"' || text[at] == '\\' || text[at] == '{') {
        throw malformed();
      }
      at++;
    }
    if (at == start) {
      throw malformed();
    }
    return isNull(start) ? null : element.parse(text, start, at - start);
  }

  private boolean isNull(int start) {
    return at - start == NULL.length && Arrays.equals(text, start, at, NULL, 0, NULL.length);
  }

  private Object quoted(ColumnType element) {
    int start = ++at;
    while (at < end && text[at] != '"' && text[at] != '\\') {
      at++;
    }
    if (at < end && text[at] == '"') {
      return element.parse(text, start, at++ - start);
    }
    int length = at - start;
    reserve(length);
    System.arraycopy(text, start, plain, 0, length);
    for (byte c = next(); c != '"'; c = next()) {
      reserve(length + 1);
      plain[length++] = c == '\\' ? next() : c;
    }
    return element.parse(plain, 0, length);
  }

  private void reserve(int length) {
    if (length > plain.length) {
      plain = Arrays.copyOf(plain, Math.max(64, Math.max(length, 2 * plain.length)));
    }
  }

  private byte next() {
    if (at >= end) {
      throw malformed();
    }
    return text[at++];
  }

  private static RuntimeException malformed() {
    return unfit("it is not in PostgreSQL's form");
  }

  private static RuntimeException unfit(String why) {
    return ColumnType.unrepresentable("array", why);
  }
}
