package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.azure.functions.annotation.FixedDelayRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimerListenerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Every second, as long as there are permits; without one it stays inside. */
  public record Ticking(AtomicInteger begun, AtomicInteger inside, Semaphore permits) {
    Ticking() {
      this(new AtomicInteger(), new AtomicInteger(), new Semaphore(0));
    }

    @FunctionName("tick")
    public void run(@TimerTrigger(name = "timer", schedule = "* * * * * *") String timer)
        throws InterruptedException {
      begun.incrementAndGet();
      inside.incrementAndGet();
      permits.acquire();
      inside.decrementAndGet();
    }
  }

  public record FailingOnce(AtomicInteger calls) {

    @FunctionName("fail")
    @FixedDelayRetry(maxRetryCount = 1, delayInterval = "00:00:00.01")
    public void run(@TimerTrigger(name = "timer", schedule = "0 0 0 1 1 *") String timer) {
      if (calls.incrementAndGet() == 1) {
        throw new IllegalStateException("not yet");
      }
    }
  }

  @Test
  void momentsThatPassWhileItRunsAreLeftOut() {
    Ticking ticking = new Ticking();
    StopSignal stop = new StopSignal();
    TimerListener listener = start(ticking, stop);
    try {
      await().atMost(PATIENCE).until(() -> ticking.begun().get() == 1);
      // Two more moments pass.
      await()
          .pollDelay(Duration.ofMillis(2100))
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(ticking.begun()).hasValue(1));

      ticking.permits().release(1);
      await().atMost(PATIENCE).until(() -> ticking.begun().get() == 2);
      assertThat(ticking.inside()).hasValue(1);
    } finally {
      stop.raise();
      ticking.permits().release(1000);
      listener.end(PATIENCE);
    }
  }

  @Test
  void nothingBeginsAfterTheEnd() {
    Ticking ticking = new Ticking();
    ticking.permits().release(1000);
    StopSignal stop = new StopSignal();
    TimerListener listener = start(ticking, stop);
    await().atMost(PATIENCE).until(() -> ticking.begun().get() >= 1);

    stop.raise();
    listener.end(PATIENCE);
    int begun = ticking.begun().get();

    await()
        .pollDelay(Duration.ofMillis(1200))
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ticking.begun()).hasValue(begun));
  }

  @Test
  void failedInvocationIsRepeatedByItsPolicy() {
    FailingOnce failing = new FailingOnce(new AtomicInteger());
    // The year's only moment is near; the second call is none of the schedule's.
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-12-31T23:59:59.900Z"));
    StopSignal stop = new StopSignal();
    TimerListener listener = start(failing, clock, stop);
    try {
      await().atMost(PATIENCE).until(() -> failing.calls().get() == 2);
    } finally {
      stop.raise();
      listener.end(PATIENCE);
    }
  }

  private static TimerListener start(Object instance, StopSignal stop) {
    return start(instance, Clock.systemUTC(), stop);
  }

  private static TimerListener start(Object instance, InstantSource clock, StopSignal stop) {
    FunctionDefinition definition =
        FunctionDefinition.of(
                instance.getClass(), HostConfiguration.deployed(), new AppSettings(Map.of()))
            .get(0);
    Function function = new Function(definition, Instances.of(instance));
    Schedule schedule = ((Trigger.Timer) definition.trigger()).schedule();
    return TimerListener.start(function, schedule, clock, stop);
  }
}
