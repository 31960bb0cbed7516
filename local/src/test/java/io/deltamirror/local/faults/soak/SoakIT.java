package io.deltamirror.local.faults.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.faults.MirrorStack;
import io.deltamirror.local.faults.RestartablePostgres;
import io.deltamirror.local.faults.StackFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed load and random faults, every few seconds one; then the faults stop, and source and mirror
 * must be equal. {@code -Dsoak.duration=PT30M} makes it longer, {@code -Dsoak.seed=…} replays one.
 *
 * <p>From the seed follow the statements of each session and the faults with their order and
 * pauses. How sessions, faults and the mirror's threads interleave does not.
 */
class SoakIT {
  private static final int SESSIONS = 3;
  private static final Duration CATCH_UP = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void nothingIsLostOrDoubledWhateverFails() throws Exception {
    long seed = Long.getLong("soak.seed", System.nanoTime());
    Duration duration = Duration.parse(System.getProperty("soak.duration", "PT60S"));
    String replay = "-Dit.test=SoakIT -Dsoak.seed=" + seed + " -Dsoak.duration=" + duration;
    System.out.println("soak: " + replay);
    SplittableRandom random = new SplittableRandom(seed);
    try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("postgresql"))) {
      postgres.execute(SoakStatements.schema().toArray(String[]::new));
      try (MirrorStack stack =
          MirrorStack.start(StackFolders.in(folder), postgres.source(), "soak.*")) {
        soak(postgres, stack, random, duration);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("replay it with " + replay + ": " + e.getMessage(), e);
      }
    }
  }

  private static void soak(
      RestartablePostgres postgres, MirrorStack stack, SplittableRandom random, Duration duration)
      throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
    List<Future<Long>> sessions = new ArrayList<>();
    SplittableRandom faultsRandom = random.split();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(threads.submit(new SoakSession(postgres, random.split(), i, stop)));
    }
    StatusWatch status = new StatusWatch(stack);
    SoakFaults faults = new SoakFaults(stack, postgres, faultsRandom);
    try (faults) {
      long end = System.nanoTime() + duration.toNanos();
      while (System.nanoTime() < end) {
        watchFor(faults.pause(), status);
        faults.next();
      }
    } finally {
      stop.countDown();
      threads.shutdown();
    }
    long transactions = 0;
    for (Future<Long> session : sessions) {
      transactions += session.get(60, TimeUnit.SECONDS);
    }
    stack.awaitCaughtUp(CATCH_UP);
    status.look();
    VerifyReport report = stack.verify();
    System.out.printf(
        Locale.ROOT,
        "soak: %d transactions, %d looks at the status, faults %s; %d rows of %d tables checked, %d"
            + " differences%n",
        transactions,
        status.looks(),
        faults.caused(),
        report.rows(),
        report.tables().size(),
        report.differences());
    assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
    assertThat(report.tables()).hasSizeGreaterThanOrEqualTo(SoakStatements.TABLES);
    assertThat(transactions).isPositive();
    assertThat(status.looks()).isPositive();
  }

  private static void watchFor(Duration time, StatusWatch status) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      status.look();
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
