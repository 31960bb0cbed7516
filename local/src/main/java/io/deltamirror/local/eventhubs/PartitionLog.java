package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one partition: a directory of segments, appended to at the newest, deleted from at
 * the oldest.
 *
 * <p>An append is all or nothing, also across a crash, and once it returns it is as durable as the
 * options say. Sequence numbers and offsets go on across restarts and retention. In memory are the
 * list of segments and a few positions of each; events are read from the files, which the operating
 * system caches better. Thread-safe; readers never wait for writers.
 */
final class PartitionLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

  private final Path directory;
  private final LogOptions options;
  private final InstantSource clock;
  private volatile List<Segment> segments;
  private volatile LogEnd end;
  private SegmentWriter writer;

  private PartitionLog(
      Path directory, LogOptions options, InstantSource clock, List<Segment> segments)
      throws IOException {
    this.directory = directory;
    this.options = options;
    this.clock = clock;
    this.segments = List.copyOf(segments);
    this.writer = new SegmentWriter(segments.get(segments.size() - 1), options.durability());
    try {
      this.end = writer.recover();
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /**
   * Opens the log in a directory, or begins one.
   *
   * @throws HubStorageException when what is there cannot be trusted
   */
  static PartitionLog open(Path directory, LogOptions options, InstantSource clock)
      throws IOException {
    Files.createDirectories(directory);
    List<Segment> segments = SegmentChain.load(directory);
    if (segments.isEmpty()) {
      segments = List.of(Segment.create(directory, new SegmentHeader(LogPosition.BEFORE_ALL, 0)));
      options.durability().forceDirectory(directory);
    }
    return new PartitionLog(directory, options, clock, segments);
  }

  /**
   * Appends all entries, or none.
   *
   * @throws IOException when they could not be written; the log is then as before
   */
  synchronized void append(List<? extends LogEntry> entries) throws IOException {
    int bound = entries.stream().mapToInt(e -> RecordHeader.BYTES + e.maxLength()).sum();
    rollIfFull(bound);
    ByteBuffer out = ByteBuffer.allocate(bound);
    long base = end.nextOffset();
    long time = Math.max(clock.millis(), end.last().enqueuedMillis());
    LogPosition first = new LogPosition(end.nextSequence(), base, time);
    LogPosition position = first;
    for (int i = 0; i < entries.size(); i++) {
      int start = out.position();
      position = new LogPosition(first.sequence() + i, base + start, time);
      entries.get(i).encode(position, out.position(start + RecordHeader.BYTES));
      RecordHeader.complete(out, start, position, entries.size() - 1 - i);
    }
    int length = out.position();
    writer.write(out.flip(), base);
    writer.segment().index().offer(first);
    end = new LogEnd(position, base + length);
  }

  private void rollIfFull(int next) throws IOException {
    long written = end.nextOffset() - writer.segment().baseOffset();
    if (written > 0 && written + next > options.segmentBytes()) {
      roll();
    }
  }

  private void roll() throws IOException {
    Segment full = writer.segment();
    Segment fresh = Segment.create(directory, new SegmentHeader(end.last(), end.nextOffset()));
    options.durability().forceDirectory(directory);
    SegmentWriter next = new SegmentWriter(fresh, options.durability());
    writer.close();
    writer = next;
    full.seal(end.nextOffset());
    List<Segment> all = new ArrayList<>(segments);
    all.add(fresh);
    segments = List.copyOf(all);
  }

  /**
   * Deletes the segments that retention no longer covers. An idle partition ends up empty, and goes
   * on counting where it was.
   */
  synchronized void expire() throws IOException {
    long cutoff = clock.millis() - options.retention().age().toMillis();
    boolean empty = end.nextOffset() == writer.segment().baseOffset();
    if (!empty && end.last().enqueuedMillis() < cutoff) {
      roll();
    }
    List<Segment> all = segments;
    int expired = 0;
    while (expired < all.size() - 1 && isExpired(all.get(expired + 1), cutoff)) {
      expired++;
    }
    if (expired == 0) {
      return;
    }
    segments = all.subList(expired, all.size());
    for (Segment segment : all.subList(0, expired)) {
      Files.deleteIfExists(segment.file());
    }
    LOG.info(
        "Retention deleted {} segments of {}; it now begins at sequence number {}",
        expired,
        directory,
        beginSequence());
  }

  /** Whether everything before a segment may go. */
  private boolean isExpired(Segment next, long cutoff) {
    return next.before().enqueuedMillis() < cutoff
        || end.nextOffset() - next.baseOffset() >= options.retention().bytes();
  }

  /** The sequence number of the oldest event kept; that of the next one when none is. */
  long beginSequence() {
    return segments.get(0).header().baseSequence();
  }

  LogEnd end() {
    return end;
  }

  /**
   * A reader that begins with the first record kept whose key is at least {@code value}, or else
   * with the next one to come.
   */
  LogReader readFrom(ToLongFunction<LogPosition> key, long value) throws IOException {
    return LogReader.seek(this, key, value);
  }

  /** A reader of what is appended from now on. */
  LogReader readFromEnd() {
    return LogReader.atEnd(this);
  }

  /**
   * The segment in which the first record with a key of at least {@code value} lies, if it is there
   * at all.
   */
  Segment segmentFor(ToLongFunction<LogPosition> key, long value) {
    List<Segment> all = segments;
    int low = 0;
    int high = all.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (key.applyAsLong(all.get(middle).before()) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return all.get(Math.max(0, low - 1));
  }

  boolean holds(Segment segment) {
    return segments.contains(segment);
  }

  @Override
  public synchronized void close() throws IOException {
    writer.close();
  }
}
