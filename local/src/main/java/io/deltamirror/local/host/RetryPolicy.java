package io.deltamirror.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FixedDelayRetry;
import java.lang.reflect.Method;
import java.time.Duration;

/**
 * When a failed invocation is repeated in place.
 *
 * @param maxRetries -1 for no end
 * @param first delay before the first repetition; each further one doubles it
 * @param longest bound of the delay
 */
record RetryPolicy(int maxRetries, Duration first, Duration longest) {
  static final RetryPolicy NONE = new RetryPolicy(0, Duration.ZERO, Duration.ZERO);

  private static final int MAX_DOUBLINGS = 30;

  static RetryPolicy of(Method method) {
    FixedDelayRetry fixed = method.getAnnotation(FixedDelayRetry.class);
    if (fixed != null) {
      Duration delay = timeSpan(fixed.delayInterval());
      return new RetryPolicy(fixed.maxRetryCount(), delay, delay);
    }
    ExponentialBackoffRetry growing = method.getAnnotation(ExponentialBackoffRetry.class);
    if (growing != null) {
      return new RetryPolicy(
          growing.maxRetryCount(),
          timeSpan(growing.minimumInterval()),
          timeSpan(growing.maximumInterval()));
    }
    return NONE;
  }

  /**
   * The {@code retry} of a {@code function.json}.
   *
   * @throws IllegalArgumentException for a strategy that this host does not have
   */
  static RetryPolicy of(JsonNode retry) {
    if (retry.isMissingNode()) {
      return NONE;
    }
    int maxRetries = retry.path("maxRetryCount").asInt();
    String strategy = retry.path("strategy").asText();
    return switch (strategy) {
      case "fixedDelay" -> {
        Duration delay = timeSpan(retry.path("delayInterval").asText());
        yield new RetryPolicy(maxRetries, delay, delay);
      }
      case "exponentialBackoff" ->
          new RetryPolicy(
              maxRetries,
              timeSpan(retry.path("minimumInterval").asText()),
              timeSpan(retry.path("maximumInterval").asText()));
      default -> throw new IllegalArgumentException("a retry strategy " + strategy);
    };
  }

  /** Whether there is another attempt after so many repetitions. */
  boolean allows(int retries) {
    return maxRetries < 0 || retries < maxRetries;
  }

  /** The wait before another attempt after so many repetitions. */
  Duration delay(int retries) {
    Duration doubled = first.multipliedBy(1L << Math.min(retries, MAX_DOUBLINGS));
    return doubled.compareTo(longest) < 0 ? doubled : longest;
  }

  /** .NET's form of a duration, {@code hh:mm:ss} with a fraction of the second where wanted. */
  private static Duration timeSpan(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not hh:mm:ss: " + text);
    }
    return Duration.parse("PT" + parts[0] + "H" + parts[1] + "M" + parts[2] + "S");
  }
}
