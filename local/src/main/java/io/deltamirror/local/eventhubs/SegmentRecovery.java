package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where the newest segment of a log ends. A process killed in the middle of an append leaves
 * part of it behind: that tail was never acknowledged, and is cut. So is a last append that fails
 * its checksum, for a power cut leaves just that. Damage with good records behind it is something
 * else, and never cut: acknowledged events would go.
 */
final class SegmentRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

  private final Segment segment;
  private final FileChannel channel;
  private final SparseIndex index = new SparseIndex();
  private LogPosition last;
  private long end = SegmentHeader.BYTES;

  SegmentRecovery(Segment segment, FileChannel channel) {
    this.segment = segment;
    this.channel = channel;
    this.last = segment.before();
  }

  /**
   * Reads the whole segment, cuts its torn tail and gives it its index.
   *
   * @throws DamagedLogException when a record in the middle is damaged
   */
  LogEnd recover() throws IOException {
    long size = channel.size();
    try {
      readAppends(size);
    } catch (DamagedLogException e) {
      if (hasRecordAfter(e.position(), size)) {
        throw e;
      }
    }
    if (end < size) {
      LOG.warn("Cut {} bytes behind the last whole append in {}", size - end, segment.file());
      channel.truncate(end);
    }
    segment.adopt(index);
    return new LogEnd(last, segment.offsetAt(end));
  }

  private void readAppends(long size) throws IOException {
    try (RecordInput input =
        segment.read(segment.header().baseSequence(), segment.header().baseOffset())) {
      LogPosition first = null;
      for (RecordHeader next; (next = input.peek(size)) != null; ) {
        LogPosition record =
            new LogPosition(
                next.sequence(), segment.offsetAt(input.position()), next.enqueuedMillis());
        first = first == null ? record : first;
        input.take();
        if (next.following() == 0) {
          index.offer(first);
          first = null;
          last = record;
          end = input.position();
        }
      }
    }
  }

  /**
   * Whether a whole record begins anywhere behind the damage; wherever, because a broken length
   * hides where the next one is.
   */
  private boolean hasRecordAfter(long damage, long size) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate(Math.toIntExact(size - damage));
    while (rest.hasRemaining() && channel.read(rest, damage + rest.position()) >= 0) {}
    rest.flip();
    long maxSequence = last.sequence() + 1 + rest.limit() / RecordHeader.BYTES;
    for (int at = 1; at + RecordHeader.BYTES <= rest.limit(); at++) {
      RecordHeader candidate = RecordHeader.read(rest.position(at));
      if (candidate.sequence() > last.sequence()
          && candidate.sequence() <= maxSequence
          && candidate.length() >= 0
          && candidate.length() <= rest.remaining()
          && candidate.matches(rest.slice(rest.position(), candidate.length()))) {
        return true;
      }
    }
    return false;
  }
}
