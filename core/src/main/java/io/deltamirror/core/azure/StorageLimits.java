package io.deltamirror.core.azure;

import java.time.Duration;

/**
 * How long a request to Azure storage is tried, and how much of an answer is taken.
 *
 * @param attempts how often a request is sent, at least once
 * @param firstPause before the second attempt; each later one is twice as long
 * @param longestPause what a pause grows to
 * @param connectTime for a connection
 * @param answerTime for one attempt, from its first byte to the last one of its answer
 * @param answerBytes longest answer; above the largest page of a listing and the largest range that
 *     is asked for
 */
public record StorageLimits(
    int attempts,
    Duration firstPause,
    Duration longestPause,
    Duration connectTime,
    Duration answerTime,
    int answerBytes) {

  public StorageLimits {
    if (attempts < 1 || answerBytes < 1) {
      throw new IllegalArgumentException("no attempt, or no answer");
    }
  }

  /** Gives up after some 12 seconds of pauses; whoever asked tries again in its own time. */
  public static StorageLimits standard() {
    return new StorageLimits(
        6,
        Duration.ofMillis(300),
        Duration.ofSeconds(8),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        128 << 20);
  }

  /**
   * For small documents, of which one is the lease: a request that hangs must not outlast it by
   * much.
   */
  public static StorageLimits ofState() {
    return new StorageLimits(
        4,
        Duration.ofMillis(300),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        128 << 20);
  }

  /** Before the attempt with this number, the first being 0. */
  Duration pause(int attempt) {
    Duration grown = firstPause.multipliedBy(1L << Math.min(attempt - 1, 20));
    return grown.compareTo(longestPause) < 0 ? grown : longestPause;
  }
}
