package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What precedes a record's bytes in a segment: {@code crc:4 length:4 following:4 sequence:8
 * enqueuedMillis:8}, big endian.
 *
 * @param crc CRC-32C of the rest of the header and the message
 * @param length bytes of the message
 * @param following how many records of the same append come after this one; an append counts only
 *     when its last record is there
 */
record RecordHeader(int crc, int length, int following, long sequence, long enqueuedMillis) {
  static final int BYTES = 28;
  private static final int CHECKED_FROM = 4;

  static RecordHeader read(ByteBuffer in) {
    return new RecordHeader(in.getInt(), in.getInt(), in.getInt(), in.getLong(), in.getLong());
  }

  /**
   * Fills in the header at {@code start}, once the message has been put behind it and {@code out}
   * stands at its end.
   */
  static void complete(ByteBuffer out, int start, LogPosition position, int following) {
    int end = out.position();
    out.putInt(start + 4, end - start - BYTES)
        .putInt(start + 8, following)
        .putLong(start + 12, position.sequence())
        .putLong(start + 20, position.enqueuedMillis());
    CRC32C crc = new CRC32C();
    crc.update(out.array(), out.arrayOffset() + start + CHECKED_FROM, end - start - CHECKED_FROM);
    out.putInt(start, (int) crc.getValue());
  }

  boolean matches(ByteBuffer message) {
    ByteBuffer checked = ByteBuffer.allocate(BYTES - CHECKED_FROM);
    checked.putInt(length).putInt(following).putLong(sequence).putLong(enqueuedMillis).flip();
    CRC32C actual = new CRC32C();
    actual.update(checked);
    actual.update(message);
    return (int) actual.getValue() == crc;
  }
}
