package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads one segment forward, a record at a time, through its own file handle: retention may delete
 * the file meanwhile. Nothing at or behind the limit that a call names is ever looked at, so
 * another thread may be writing there. Not thread-safe.
 */
final class RecordInput implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private long position;
  private long sequence;
  private RecordHeader header;

  /**
   * @param position where in the file the first record to read begins
   * @param sequence its sequence number
   */
  RecordInput(Path file, long position, long sequence) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.position = position;
    this.sequence = sequence;
  }

  /** Where in the file the next record begins. */
  long position() {
    return position;
  }

  /** The sequence number of the next record. */
  long sequence() {
    return sequence;
  }

  /** The next record's header, without moving on; null when the limit is reached. */
  RecordHeader peek(long limit) throws IOException {
    if (header != null || position >= limit) {
      return header;
    }
    if (limit - position < RecordHeader.BYTES || !fill(RecordHeader.BYTES, limit)) {
      throw damaged("a record's header is cut off");
    }
    RecordHeader next = RecordHeader.read(buffer.duplicate());
    if (next.length() < 0 || next.length() > limit - position - RecordHeader.BYTES) {
      throw damaged("a record of " + next.length() + " bytes does not fit");
    }
    if (next.sequence() != sequence) {
      throw damaged("found sequence number " + next.sequence() + " where " + sequence + " belongs");
    }
    header = next;
    return next;
  }

  /** Reads the message of the record just peeked at, checks it, and moves on. */
  ByteBuffer take() throws IOException {
    byte[] message = new byte[header.length()];
    long start = position + RecordHeader.BYTES;
    int buffered = Math.min(message.length, buffer.remaining() - RecordHeader.BYTES);
    buffer.duplicate().position(buffer.position() + RecordHeader.BYTES).get(message, 0, buffered);
    ByteBuffer rest = ByteBuffer.wrap(message, buffered, message.length - buffered);
    while (rest.hasRemaining()) {
      if (channel.read(rest, start + rest.position()) < 0) {
        throw damaged("the file ends within a record");
      }
    }
    if (!header.matches(ByteBuffer.wrap(message))) {
      throw damaged("a record does not match its checksum");
    }
    skip();
    return ByteBuffer.wrap(message);
  }

  /** Moves past the record just peeked at. */
  void skip() {
    int length = RecordHeader.BYTES + header.length();
    buffer.position(buffer.position() + Math.min(length, buffer.remaining()));
    position += length;
    sequence++;
    header = null;
  }

  private boolean fill(int needed, long limit) throws IOException {
    if (buffer.remaining() >= needed) {
      return true;
    }
    buffer.compact();
    buffer.limit((int) Math.min(buffer.capacity(), limit - position));
    while (buffer.position() < needed) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        return false;
      }
    }
    buffer.flip();
    return true;
  }

  private DamagedLogException damaged(String reason) {
    return new DamagedLogException(file, position, sequence, reason);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
