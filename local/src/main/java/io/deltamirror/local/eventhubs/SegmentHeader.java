package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment. It repeats the last record of the segments before it, so that a
 * partition goes on counting when retention has deleted all of them.
 *
 * @param before the record that precedes this segment
 * @param baseOffset offset of the segment's first record
 */
record SegmentHeader(LogPosition before, long baseOffset) {
  static final int BYTES = 44;
  private static final int MAGIC = 0x444D_4548; // "DMEH"
  private static final int VERSION = 1;
  private static final int CHECKED = BYTES - 4;

  long baseSequence() {
    return before.sequence() + 1;
  }

  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putInt(MAGIC).putInt(VERSION).putLong(baseOffset);
    out.putLong(before.sequence()).putLong(before.offset()).putLong(before.enqueuedMillis());
    return out.putInt(checksum(out)).flip();
  }

  static SegmentHeader read(FileChannel channel, Path file) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(BYTES);
    while (in.hasRemaining() && channel.read(in, in.position()) >= 0) {}
    if (in.hasRemaining() || in.getInt(CHECKED) != checksum(in)) {
      throw new DamagedLogException(file, 0, 0, "the segment's header does not match its checksum");
    }
    in.flip();
    if (in.getInt() != MAGIC || in.getInt() != VERSION) {
      throw new HubStorageException(
          file
              + " was not written by this version of the local event hubs. Choose another directory.");
    }
    long baseOffset = in.getLong();
    return new SegmentHeader(new LogPosition(in.getLong(), in.getLong(), in.getLong()), baseOffset);
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CHECKED));
    return (int) crc.getValue();
  }
}
