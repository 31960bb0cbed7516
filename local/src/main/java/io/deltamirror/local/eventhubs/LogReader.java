package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A place in a partition log that moves forward, one record at a time. When retention overtakes it,
 * it goes on with the oldest event kept, as a receiver of the service does. Not thread-safe.
 */
final class LogReader implements Closeable {
  private final PartitionLog log;
  private Segment segment;
  private RecordInput input;
  private long sequence;
  private long offset;

  private LogReader(PartitionLog log, long sequence, long offset) {
    this.log = log;
    this.sequence = sequence;
    this.offset = offset;
  }

  static LogReader atEnd(PartitionLog log) {
    LogEnd end = log.end();
    return new LogReader(log, end.nextSequence(), end.nextOffset());
  }

  static LogReader seek(PartitionLog log, ToLongFunction<LogPosition> key, long value)
      throws IOException {
    while (true) {
      Segment segment = log.segmentFor(key, value);
      try {
        return seek(log, segment, key, value);
      } catch (NoSuchFileException e) {
        rethrowUnlessExpired(log, segment, e);
      }
    }
  }

  private static LogReader seek(
      PartitionLog log, Segment segment, ToLongFunction<LogPosition> key, long value)
      throws IOException {
    SegmentHeader header = segment.header();
    Optional<LogPosition> near = segment.index().lastBelow(key, value);
    LogReader reader =
        new LogReader(
            log,
            near.map(LogPosition::sequence).orElse(header.baseSequence()),
            near.map(LogPosition::offset).orElse(header.baseOffset()));
    try {
      for (RecordHeader next; (next = reader.peek()) != null; reader.skip()) {
        if (key.applyAsLong(reader.positionOf(next)) >= value) {
          break;
        }
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** The next record; null when there is none yet. */
  LogRecord next() throws IOException {
    RecordHeader header = peek();
    if (header == null) {
      return null;
    }
    LogPosition position = positionOf(header);
    ByteBuffer message = input.take();
    moved();
    return new LogRecord(position, message);
  }

  /** The sequence number of the next record. */
  long sequence() {
    return sequence;
  }

  boolean atEnd() {
    return offset >= log.end().nextOffset();
  }

  private RecordHeader peek() throws IOException {
    long end = log.end().nextOffset();
    if (offset < end && (input == null || offset >= segment.endOffset())) {
      enterSegment();
    }
    if (offset >= end) {
      return null;
    }
    return input.peek(segment.filePosition(Math.min(segment.endOffset(), end)));
  }

  private void skip() {
    input.skip();
    moved();
  }

  private void moved() {
    sequence = input.sequence();
    offset = segment.offsetAt(input.position());
  }

  private LogPosition positionOf(RecordHeader header) {
    return new LogPosition(sequence, offset, header.enqueuedMillis());
  }

  private void enterSegment() throws IOException {
    close();
    while (input == null) {
      segment = log.segmentFor(LogPosition::sequence, sequence);
      sequence = Math.max(sequence, segment.header().baseSequence());
      offset = Math.max(offset, segment.baseOffset());
      try {
        input = segment.read(sequence, offset);
      } catch (NoSuchFileException e) {
        rethrowUnlessExpired(log, segment, e);
      }
    }
  }

  private static void rethrowUnlessExpired(PartitionLog log, Segment segment, NoSuchFileException e)
      throws NoSuchFileException {
    if (log.holds(segment)) {
      throw e;
    }
  }

  /** Gives the file back; a later read opens it again. */
  @Override
  public void close() throws IOException {
    if (input != null) {
      input.close();
      input = null;
    }
  }
}
