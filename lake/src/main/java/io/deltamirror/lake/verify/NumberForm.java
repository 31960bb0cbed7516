package io.deltamirror.lake.verify;

import io.delta.kernel.data.ColumnVector;
import java.nio.charset.StandardCharsets;

/**
 * numeric whose number of digits behind the point is a value's own on the source and the column's
 * in the mirror: compared without the zeros at its end.
 */
record NumberForm() implements ValueForm {
  @Override
  public void putMirrored(ColumnVector vector, int row, RowImage into) {
    byte[] text = vector.getDecimal(row).toPlainString().getBytes(StandardCharsets.US_ASCII);
    putSource(text, 0, text.length, into);
  }

  @Override
  public void putSource(byte[] text, int from, int to, RowImage into) {
    int end = to;
    if (hasPoint(text, from, to)) {
      while (text[end - 1] == '0') {
        end--;
      }
      if (text[end - 1] == '.') {
        end--;
      }
    }
    into.put(text, from, end);
  }

  private static boolean hasPoint(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text[at] == '.') {
        return true;
      }
    }
    return false;
  }
}
