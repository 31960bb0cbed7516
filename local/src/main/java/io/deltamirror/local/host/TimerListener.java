package io.deltamirror.local.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Calls a function at the moments of its schedule, in a thread of its own. A moment that passes
 * while it runs is left out: it never overlaps itself.
 */
final class TimerListener implements Listener {
  /** What a function may ask for as text; nothing of it is kept locally. */
  private static final TriggerData DATA = new TriggerData("{\"IsPastDue\":false}", Map.of());

  private final Retries function;
  private final Schedule schedule;
  private final InstantSource clock;
  private final StopSignal stop;
  private final ScheduledExecutorService thread;

  private TimerListener(
      Function function, Schedule schedule, InstantSource clock, StopSignal stop) {
    this.function = new Retries(function, stop);
    this.schedule = schedule;
    this.clock = clock;
    this.stop = stop;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(Workers.named(function.definition().name()));
  }

  static TimerListener start(
      Function function, Schedule schedule, InstantSource clock, StopSignal stop) {
    TimerListener listener = new TimerListener(function, schedule, clock, stop);
    listener.scheduleNext(clock.instant());
    return listener;
  }

  private void scheduleNext(Instant after) {
    Optional<Instant> moment = schedule.next(after);
    if (moment.isPresent() && !thread.isShutdown()) {
      long millis = Duration.between(clock.instant(), moment.get()).toMillis();
      thread.schedule(() -> run(moment.get()), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void run(Instant moment) {
    try {
      if (!stop.isRaised() && function.run(DATA)) {
        Instant now = clock.instant();
        scheduleNext(now.isAfter(moment) ? now : moment);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void end(Duration timeout) {
    Workers.end(thread, timeout);
  }
}
