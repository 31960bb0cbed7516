package io.deltamirror.functions;

import java.io.IOException;
import java.util.List;

/** Applies change batches: {@code io.deltamirror.lake.apply.ChangeApplier}. */
@FunctionalInterface
public interface ChangeSink {
  /**
   * Applies events of one partition; at least once, so it must tolerate repetition. What it cannot
   * read it drops with a record; a table's own fault stays with that table.
   *
   * @param partition the hub's
   * @param bodies in the order of the partition
   * @throws IOException or any other exception when nothing can go on; the same events come again
   */
  void apply(int partition, List<byte[]> bodies) throws IOException;
}
