package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import java.time.Instant;

/**
 * Up to where a partition of the hub {@code changes} has been processed for a mirror: everything
 * before it is applied or in a table's spool.
 *
 * @param commitMicros source time of the position, microseconds since 1970 UTC
 * @param at when that was recorded
 * @param fence the highest fencing number whose events were processed, of the position's generation
 * @param refused events of workers that were no longer the owner, ever
 */
public record PartitionMark(
    int partition, Position position, long commitMicros, Instant at, long fence, long refused) {

  /** What the names of all of them start with. */
  public static final String PREFIX = "watermark:";

  /** Nothing is processed yet of a generation, whose first worker seen has the given number. */
  public static PartitionMark begun(int partition, long generation, long fence, Instant now) {
    return new PartitionMark(partition, Position.startOf(generation), 0, now, fence, 0);
  }

  /** Processed further. */
  public PartitionMark reached(Position to, long micros, Instant now) {
    return new PartitionMark(partition, to, micros, now, fence, refused);
  }

  /** Events of a newer worker follow. */
  public PartitionMark raised(long to, Instant now) {
    return new PartitionMark(partition, position, commitMicros, now, to, refused);
  }

  /** More events were refused. */
  public PartitionMark refusing(long more, Instant now) {
    return new PartitionMark(partition, position, commitMicros, now, fence, refused + more);
  }

  /** Name of its document. */
  public static String document(int partition) {
    return PREFIX + partition;
  }
}
