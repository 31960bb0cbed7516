package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** One file of a partition log, named by its first sequence number. Thread-safe. */
final class Segment {
  static final String SUFFIX = ".log";

  private final Path file;
  private final SegmentHeader header;
  private volatile long endOffset = Long.MAX_VALUE;
  private SparseIndex index;

  private Segment(Path file, SegmentHeader header) {
    this.file = file;
    this.header = header;
  }

  static Segment create(Path directory, SegmentHeader header) throws IOException {
    Path file =
        directory.resolve(String.format(Locale.ROOT, "%020d", header.baseSequence()) + SUFFIX);
    Files.write(file, header.encode().array(), StandardOpenOption.CREATE_NEW);
    Segment segment = new Segment(file, header);
    segment.index = new SparseIndex();
    return segment;
  }

  static Segment open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Segment(file, SegmentHeader.read(channel, file));
    }
  }

  Path file() {
    return file;
  }

  SegmentHeader header() {
    return header;
  }

  LogPosition before() {
    return header.before();
  }

  long baseOffset() {
    return header.baseOffset();
  }

  /** Where the next segment begins; {@link Long#MAX_VALUE} while this one is still written. */
  long endOffset() {
    return endOffset;
  }

  void seal(long offset) {
    endOffset = offset;
  }

  long filePosition(long offset) {
    return SegmentHeader.BYTES + offset - header.baseOffset();
  }

  long offsetAt(long filePosition) {
    return header.baseOffset() + filePosition - SegmentHeader.BYTES;
  }

  RecordInput read(long sequence, long offset) throws IOException {
    return new RecordInput(file, filePosition(offset), sequence);
  }

  /**
   * The index; of a segment that was there before this process, made when first asked for, from one
   * pass over its headers.
   */
  synchronized SparseIndex index() throws IOException {
    if (index == null) {
      SparseIndex built = new SparseIndex();
      long limit = filePosition(endOffset);
      try (RecordInput input = read(header.baseSequence(), header.baseOffset())) {
        for (RecordHeader next; (next = input.peek(limit)) != null; input.skip()) {
          built.offer(
              new LogPosition(next.sequence(), offsetAt(input.position()), next.enqueuedMillis()));
        }
      }
      index = built;
    }
    return index;
  }

  synchronized void adopt(SparseIndex recovered) {
    index = recovered;
  }
}
