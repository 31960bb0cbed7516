package io.deltamirror.lake.verify;

import io.delta.kernel.data.ColumnVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * double precision by its bits, since Java and PostgreSQL print the same number differently; all
 * NaN are one.
 */
record DoubleForm() implements ValueForm {
  @Override
  public void putMirrored(ColumnVector vector, int row, RowImage into) {
    into.putBits(Double.doubleToLongBits(vector.getDouble(row)));
  }

  @Override
  public void putSource(byte[] text, int from, int to, RowImage into) {
    String number = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    into.putBits(Double.doubleToLongBits(Double.parseDouble(number)));
  }

  @Override
  public String text(byte[] value) {
    long bits = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Double.toString(Double.longBitsToDouble(bits));
  }
}
