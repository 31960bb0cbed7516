package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the segments of a partition again and checks that each begins where the one before it ends.
 */
final class SegmentChain {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentChain.class);

  private SegmentChain() {}

  static List<Segment> load(Path directory) throws IOException {
    List<Path> files = files(directory);
    dropUnborn(files);
    List<Segment> segments = new ArrayList<>(files.size());
    for (Path file : files) {
      Segment segment = Segment.open(file);
      if (!segments.isEmpty()) {
        join(segments.get(segments.size() - 1), segment);
      }
      segments.add(segment);
    }
    return segments;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(
          files.filter(f -> f.getFileName().toString().endsWith(Segment.SUFFIX)).sorted().toList());
    }
  }

  /**
   * A process killed while it began a segment leaves a file without a whole header, and so without
   * events.
   */
  private static void dropUnborn(List<Path> files) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Path newest = files.get(files.size() - 1);
    if (Files.size(newest) < SegmentHeader.BYTES) {
      LOG.warn("Deleted {}, a segment that was never begun", newest);
      Files.delete(newest);
      files.remove(files.size() - 1);
    }
  }

  private static void join(Segment earlier, Segment later) throws IOException {
    long size = Files.size(earlier.file());
    long expected = earlier.filePosition(later.baseOffset());
    if (size != expected) {
      throw new DamagedLogException(
          earlier.file(),
          Math.max(0, Math.min(size, expected)),
          earlier.header().baseSequence(),
          "it has " + size + " bytes, but " + later.file().getFileName() + " expects " + expected);
    }
    earlier.seal(later.baseOffset());
  }
}
