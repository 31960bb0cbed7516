package io.deltamirror.core.hub;

import java.io.IOException;
import java.time.Instant;

/**
 * What a hub still holds of its partitions: for reading again what an invocation should have been
 * given and was not. Thread-safe.
 *
 * <p>A reading is bounded: in memory by a few megabytes of events at a time, and in time by the
 * implementation's budget. It disturbs no other reader of the hub.
 */
public interface HubHistory {
  /** Where a reading begins; what the hub no longer holds is left out. */
  sealed interface From {
    /** With the oldest event that the hub holds. */
    record Beginning() implements From {}

    /**
     * With the first event that came at or after a moment.
     *
     * @param moment by the hub's clock
     */
    record Since(Instant moment) implements From {}
  }

  /** Why a reading ended. */
  enum End {
    /** The reader has what it wanted. */
    ENOUGH,
    /** What was the partition's last event when the reading began has been read. */
    END_OF_LOG,
    /** There is more, but the time is up. */
    OUT_OF_TIME
  }

  /** Takes events in the partition's order. */
  @FunctionalInterface
  interface Reader {
    /**
     * Takes the next one.
     *
     * @param body of the event; it describes itself
     * @return whether it is enough
     */
    boolean isEnough(byte[] body) throws IOException;
  }

  /**
   * Reads a partition.
   *
   * @throws io.deltamirror.core.MirrorException {@code HUB_UNAVAILABLE} when the hub does not
   *     answer; nothing follows from that but to try again
   * @throws IOException what the reader threw
   */
  End read(int partition, From from, Reader reader) throws IOException;

  /** The history of a hub that holds nothing. */
  static HubHistory empty() {
    return (partition, from, reader) -> End.END_OF_LOG;
  }
}
