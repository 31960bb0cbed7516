package io.deltamirror.worker;

import java.time.Duration;

/**
 * How long a worker waits for others.
 *
 * @param lease for how long the owner of a mirror may be silent before another worker takes over
 * @param source for how long the source may be silent before a connection counts as dead
 * @param drain how long nothing may move while the hub is drained of an old generation
 */
public record WorkerTimes(Duration lease, Duration source, Duration drain) {

  public static WorkerTimes defaults() {
    return new WorkerTimes(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30));
  }

  /** The same with another lease. */
  public WorkerTimes withLease(Duration time) {
    return new WorkerTimes(time, source, drain);
  }
}
