package io.deltamirror.lake.verify;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Arrays element by element: a list is {@link #OPEN}, what is in it, and {@link #CLOSE}; a value is
 * its length in four bytes and its bytes; NULL is {@link RowImage#NULL}. An array with bounds of
 * its own has their text before it, which no list of the mirror has.
 *
 * @param element of the values
 * @param levels lists within each other in the mirror
 * @param delimiter between values in PostgreSQL's text ({@code pg_type.typdelim})
 */
record ArrayForm(ValueForm element, int levels, char delimiter) implements ValueForm {
  static final int OPEN = -2;
  static final int CLOSE = -3;
  static final int BOUNDS = -5;

  @Override
  public void putMirrored(ColumnVector vector, int row, RowImage into) {
    putList(vector.getArray(row), levels, into);
  }

  private void putList(ArrayValue list, int depth, RowImage into) {
    ColumnVector elements = list.getElements();
    into.putMark(OPEN);
    for (int i = 0; i < list.getSize(); i++) {
      if (elements.isNullAt(i)) {
        into.putMark(RowImage.NULL);
      } else if (depth > 1) {
        putList(elements.getArray(i), depth - 1, into);
      } else {
        int value = into.openValue();
        element.putMirrored(elements, i, into);
        into.closeValue(value);
      }
    }
    into.putMark(CLOSE);
  }

  @Override
  public void putSource(byte[] text, int from, int to, RowImage into) {
    new ArrayText(text, from, to, this).put(into);
  }

  /** For people: values as they are, without quotes. */
  @Override
  public String text(byte[] value) {
    StringBuilder text = new StringBuilder();
    boolean first = true;
    int at = 0;
    while (at < value.length) {
      int mark = RowImage.lengthAt(value, at);
      at += RowImage.HEADER_BYTES;
      if (mark == BOUNDS) {
        int length = RowImage.lengthAt(value, at);
        at += RowImage.HEADER_BYTES;
        text.append(new String(value, at, length, StandardCharsets.US_ASCII));
        at += length;
        continue;
      }
      if (mark != CLOSE && !first) {
        text.append(delimiter);
      }
      first = mark == OPEN;
      switch (mark) {
        case OPEN -> text.append('{');
        case CLOSE -> text.append('}');
        case RowImage.NULL -> text.append("NULL");
        default -> {
          text.append(element.text(Arrays.copyOfRange(value, at, at + mark)));
          at += mark;
        }
      }
    }
    return text.toString();
  }
}
