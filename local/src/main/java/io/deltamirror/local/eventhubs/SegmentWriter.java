package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Appends to the newest segment of a log. Not thread-safe: the log's lock guards it. */
final class SegmentWriter implements Closeable {
  private final Segment segment;
  private final Durability durability;
  private final FileChannel channel;
  private IOException broken;

  SegmentWriter(Segment segment, Durability durability) throws IOException {
    this.segment = segment;
    this.durability = durability;
    this.channel =
        FileChannel.open(segment.file(), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  Segment segment() {
    return segment;
  }

  LogEnd recover() throws IOException {
    return new SegmentRecovery(segment, channel).recover();
  }

  /** Writes an append whole, or leaves the segment as it was. */
  void write(ByteBuffer bytes, long offset) throws IOException {
    if (broken != null) {
      throw new IOException("An earlier append to " + segment.file() + " failed half-way", broken);
    }
    long start = segment.filePosition(offset);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes, start + bytes.position());
      }
      durability.force(channel);
    } catch (IOException e) {
      takeBack(start, e);
      throw e;
    }
  }

  /**
   * What a failed append left behind must go: later, shorter appends would end in front of it and
   * look like damage.
   */
  private void takeBack(long size, IOException cause) {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
      broken = cause;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
