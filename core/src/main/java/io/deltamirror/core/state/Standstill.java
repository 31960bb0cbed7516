package io.deltamirror.core.state;

import java.time.Duration;
import java.time.Instant;

/**
 * What holds up a part of the functions at this moment: an invocation that fails and is repeated
 * until it does not. Gone once it has succeeded.
 *
 * @param part which one: {@code apply:<partition>} or {@code copy:<mirror>:<table OID>}
 * @param fault since when, and why
 * @param seen when it last failed
 */
public record Standstill(String part, Fault fault, Instant seen) {
  /** What the names of all of them start with. */
  public static final String PREFIX = "standstill:";

  /** The host repeats at least every minute: one that is silent for longer was given up. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(3);

  /** The same when it has failed once more. */
  public Standstill seenAgain(Instant at) {
    return new Standstill(part, fault, at);
  }

  /** Whether it is still so, as far as anybody knows. */
  public boolean holds(Instant now) {
    return seen.plus(FORGOTTEN).isAfter(now);
  }

  /** Name of its document. */
  public static String document(String part) {
    return PREFIX + part;
  }
}
