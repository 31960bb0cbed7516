package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.MirrorLease;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two workers as processes; one is frozen in the middle of its work, and wakes up later. */
class FrozenWorkerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;
  private RestartablePostgres postgres;
  private MirrorStack stack;

  @BeforeEach
  void start() throws Exception {
    postgres = RestartablePostgres.start(folder.resolve("postgresql"));
    postgres.execute(
        "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL)",
        "INSERT INTO account SELECT i, 0 FROM generate_series(1, 500) i");
    stack = MirrorStack.start(StackFolders.in(folder), postgres.source());
    stack.awaitCaughtUp(PATIENCE);
    stack.stopWorker();
  }

  @AfterEach
  void stop() throws Exception {
    try (RestartablePostgres server = postgres) {
      stack.close();
    }
  }

  private WorkerProcess worker() throws Exception {
    return WorkerProcess.start(
        folder,
        Map.of(
            "MIRROR_STATE", "sqlite:" + StackFolders.in(folder).stateFile(),
            "MIRROR_LAKE", "file:" + StackFolders.in(folder).lake().toAbsolutePath(),
            "EVENT_HUBS", stack.hubConnection(),
            "MIRROR_HEALTH_PORT", "0",
            "WORKER_LEASE_SECONDS", "3"));
  }

  private MirrorRun run() {
    return stack.state().run().orElseThrow();
  }

  /** The process that owns the mirror, once it streams. */
  private void awaitOwner(WorkerProcess worker, long fence) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                stack
                        .state()
                        .lease()
                        .map(MirrorLease::owner)
                        .filter(owner -> owner.contains("/" + worker.pid() + "/"))
                        .isPresent()
                    && run().fence() > fence
                    && run().phase() == Phase.RUNNING);
  }

  private void work() throws SQLException {
    for (int i = 0; i < 20; i++) {
      postgres.execute("UPDATE account SET balance = balance + 1 WHERE id % 20 = " + i);
    }
  }

  private void assertNothingLostOrDoubled() throws InterruptedException {
    stack.awaitCaughtUp(PATIENCE);
    VerifyReport report = stack.verify();
    assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
    assertThat(report.rows()).isEqualTo(500);
  }

  @Test
  void anotherOneFollowsAndTheOneThatWakesUpStandsBy() throws Exception {
    SourceIdentity before = stack.state().identity().orElseThrow();
    long fence = run().fence();
    try (WorkerProcess first = worker()) {
      awaitOwner(first, fence);
      try (WorkerProcess second = worker()) {
        Awaitility.await().atMost(PATIENCE).until(() -> second.output().contains("stands by"));
        work();
        long ofFirst = run().fence();
        first.freeze();
        work();
        awaitOwner(second, ofFirst);
        work();
        assertNothingLostOrDoubled();

        long ofSecond = run().fence();
        first.thaw();
        work();
        Awaitility.await().atMost(PATIENCE).until(() -> first.output().contains("stands by"));
        assertNothingLostOrDoubled();
        assertThat(first.isRunning()).as(first.output()).isTrue();
        assertThat(run().fence()).isEqualTo(ofSecond);

        second.close(); // SIGKILL
        work();
        awaitOwner(first, ofSecond);
      }
      assertNothingLostOrDoubled();
    }
    assertThat(stack.state().identity()).contains(before);
    assertThat(stack.state().tables().list("table:")).allMatch(table -> table.seed() == 1);
  }
}
