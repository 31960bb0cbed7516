package io.deltamirror.local.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a function at the moments of its schedule, in a thread of its own. A moment that passes
 * while it runs is left out: it never overlaps itself.
 */
final class TimerListener implements Listener {
  private static final Logger LOG = LoggerFactory.getLogger(TimerListener.class);

  /** What a function may ask for as text; nothing of it is kept locally. */
  private static final TriggerData DATA = new TriggerData("{\"IsPastDue\":false}", Map.of());

  private final Retries function;
  private final Schedule schedule;
  private final InstantSource clock;
  private final StopSignal stop;
  private final ExecutorService thread;

  private TimerListener(
      Function function, Schedule schedule, InstantSource clock, StopSignal stop) {
    this.function = new Retries(function, stop);
    this.schedule = schedule;
    this.clock = clock;
    this.stop = stop;
    this.thread = Executors.newSingleThreadExecutor(Workers.named(function.definition().name()));
  }

  static TimerListener start(
      Function function, Schedule schedule, InstantSource clock, StopSignal stop) {
    TimerListener listener = new TimerListener(function, schedule, clock, stop);
    listener.thread.execute(listener::run);
    return listener;
  }

  private void run() {
    try {
      Optional<Instant> moment = schedule.next(clock.instant());
      while (moment.isPresent() && !stoppedBefore(moment.get()) && function.run(DATA)) {
        // The clock may be a little before the moment that was waited for.
        Instant now = clock.instant();
        moment = schedule.next(now.isAfter(moment.get()) ? now : moment.get());
      }
    } catch (InterruptedException e) {
      LOG.warn("The timer {} was interrupted", schedule);
    }
  }

  private boolean stoppedBefore(Instant moment) throws InterruptedException {
    return stop.raisedWithin(Duration.between(clock.instant(), moment));
  }

  @Override
  public void end(Duration timeout) {
    Workers.end(thread, timeout);
  }
}
