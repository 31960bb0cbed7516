package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import java.time.Instant;

/**
 * Up to where a partition of the hub {@code changes} has been processed for a mirror: everything
 * before it is applied or in a table's spool.
 *
 * @param commitMicros source time of the position, microseconds since 1970 UTC
 * @param at when that was recorded
 */
public record PartitionMark(int partition, Position position, long commitMicros, Instant at) {

  /** What the names of all of them start with. */
  public static final String PREFIX = "watermark:";

  /** Name of its document. */
  public static String document(int partition) {
    return PREFIX + partition;
  }
}
