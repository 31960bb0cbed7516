package io.deltamirror.lake.verify;

import io.delta.kernel.data.ColumnVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * real by its bits, since Java and PostgreSQL print the same number differently; all NaN are one.
 */
record RealForm() implements ValueForm {
  @Override
  public void putMirrored(ColumnVector vector, int row, RowImage into) {
    into.putBits(Float.floatToIntBits(vector.getFloat(row)));
  }

  @Override
  public void putSource(byte[] text, int from, int to, RowImage into) {
    String number = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    into.putBits(Float.floatToIntBits(Float.parseFloat(number)));
  }

  @Override
  public String text(byte[] value) {
    int bits = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return Float.toString(Float.intBitsToFloat(bits));
  }
}
