package io.deltamirror.local.host;

import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats an invocation in place, as its function's policy says. Thread-safe. */
final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

  private final Function function;
  private final StopSignal stop;

  Retries(Function function, StopSignal stop) {
    this.function = function;
    this.stop = stop;
  }

  /**
   * Calls until it succeeds or the retries are used up.
   *
   * @return whether the trigger's data are done with; false when the host stops before
   */
  boolean run(TriggerData data) throws InterruptedException {
    String name = function.definition().name();
    RetryPolicy policy = function.definition().retry();
    String invocation = UUID.randomUUID().toString();
    for (int retries = 0; ; retries++) {
      try {
        function.call(data, invocation, retries);
        return true;
      } catch (InvocationFailedException e) {
        if (stop.isRaised()) {
          // Perhaps it failed only because the program ends.
          return false;
        }
        if (!policy.allows(retries)) {
          LOG.error("{} failed for good; its data are passed over", name, e.getCause());
          return true;
        }
        Duration delay = policy.delay(retries);
        if (retries == 0) {
          LOG.warn("{} failed; it is repeated until it succeeds or gives up", name, e.getCause());
        } else {
          LOG.warn("{} failed in retry {}: {}", name, retries, e.getCause().toString());
        }
        if (stop.raisedWithin(delay)) {
          return false;
        }
      }
    }
  }
}
