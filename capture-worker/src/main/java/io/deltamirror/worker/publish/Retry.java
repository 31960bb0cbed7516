package io.deltamirror.worker.publish;

import com.azure.core.amqp.exception.AmqpException;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends until it went well: the one place that decides which failures of the hub pass by
 * themselves. Thread-safe.
 */
final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

  private final Duration first;
  private final Duration longest;
  private volatile Optional<Fault> trouble = Optional.empty();

  /** Waits between attempts, twice as long each time. */
  Retry(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
  }

  /** Why the last attempt failed, if it did. */
  Optional<Fault> trouble() {
    return trouble;
  }

  /**
   * Does something until it succeeds.
   *
   * @throws MirrorException {@code HUB_UNAVAILABLE} when the hub refuses for good
   */
  void untilDone(Runnable attempt) throws InterruptedException {
    for (Duration pause = first; ; pause = min(pause.multipliedBy(2), longest)) {
      try {
        attempt.run();
        trouble = Optional.empty();
        return;
      } catch (AmqpException | IllegalStateException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (e instanceof AmqpException known && !known.isTransient()) {
          throw new MirrorException(ErrorCode.HUB_UNAVAILABLE, "the hub refuses: " + reason(e), e);
        }
        LOG.warn("the hub took no event, trying again in {}: {}", pause, reason(e));
        trouble = Optional.of(new Fault(ErrorCode.HUB_UNAVAILABLE, reason(e), Instant.now()));
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      }
    }
  }

  /**
   * The first line: the client's messages go on with its own diagnostics. That its retries are used
   * up says nothing; the cause does.
   */
  private static String reason(RuntimeException e) {
    Throwable said = e;
    while (said.getCause() != null
        && String.valueOf(said.getMessage()).startsWith("Retries exhausted")) {
      said = said.getCause();
    }
    return String.valueOf(said.getMessage()).lines().findFirst().orElse("");
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
