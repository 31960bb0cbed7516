package io.deltamirror.worker.stream;

import java.time.Duration;

/**
 * How a stream is cut into batches, and how much of it is held in memory.
 *
 * @param batchBytes a table's batch is sent when it has passed this size, before compression
 * @param openBytes all tables' unfinished batches together, before compression
 * @param queueBytes encoded events that wait for the publisher; again as much is being published
 * @param linger how long a change may wait for others
 * @param watermark how often a watermark is sent while there is traffic
 * @param heartbeat how often a message is written into the source's WAL, so that the slot moves
 *     while the mirrored tables are idle
 */
public record StreamSettings(
    int batchBytes,
    int openBytes,
    int queueBytes,
    Duration linger,
    Duration watermark,
    Duration heartbeat) {

  public StreamSettings {
    if (batchBytes < 1 || openBytes < batchBytes || queueBytes < 1) {
      throw new IllegalArgumentException("sizes out of order");
    }
  }

  public static StreamSettings defaults() {
    return new StreamSettings(
        900_000,
        32 << 20,
        16 << 20,
        Duration.ofMillis(200),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10));
  }
}
