package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.FailpointAction.Repeat;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Event Hubs may do to a mirror under load: nothing is lost, nothing is applied twice. */
class HubFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String BUSY = "com.microsoft:server-busy";

  @TempDir private Path folder;
  private RestartablePostgres postgres;
  private MirrorStack stack;

  @BeforeEach
  void start() throws Exception {
    postgres = RestartablePostgres.start(folder.resolve("postgresql"));
    postgres.execute(
        "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL, note text)",
        "CREATE TABLE entry (id bigserial PRIMARY KEY, account int, amount int)",
        "INSERT INTO account SELECT i, 0, 'n' || i FROM generate_series(1, 2000) i");
    stack = MirrorStack.start(StackFolders.in(folder), postgres.source());
    stack.awaitCaughtUp(PATIENCE);
  }

  @AfterEach
  void stop() throws Exception {
    try (RestartablePostgres server = postgres) {
      stack.close();
    }
  }

  /** A transaction of inserts, updates, key updates and deletes. */
  private void work(int round) throws SQLException {
    postgres.execute(
        "WITH moved AS (UPDATE account SET balance = balance + 1 WHERE id % 7 = "
            + round % 7
            + " RETURNING id) INSERT INTO entry (account, amount) SELECT id, 1 FROM moved",
        "DELETE FROM entry WHERE id % 11 = " + round % 11,
        "UPDATE account SET id = id + 100000 * (CASE WHEN id < 100000 THEN 1 ELSE -1 END)"
            + " WHERE id % 101 = "
            + round % 101);
  }

  private void assertNothingLostOrDoubled() throws InterruptedException {
    stack.awaitCaughtUp(PATIENCE);
    VerifyReport report = stack.verify();
    assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
    assertThat(report.rows()).isGreaterThan(2000);
    assertThat(stack.tableReports())
        .allSatisfy(table -> assertThat(table.status()).isEqualTo(TableStatus.REPLICATING));
  }

  private void awaitStatus(Predicate<MirrorReport> wanted) {
    Awaitility.await().atMost(PATIENCE).until(() -> wanted.test(stack.status()));
  }

  @Test
  void everythingDeliveredAgainFromTheFirstEventChangesNothing() throws Exception {
    for (int round = 0; round < 8; round++) {
      work(round);
    }
    stack.awaitCaughtUp(PATIENCE);
    stack.stopWorker();
    Map<String, Long> checkpoints = stack.checkpoints();
    String versions = versions();

    stack.redeliverAll();
    Awaitility.await().atMost(PATIENCE).until(() -> isReached(checkpoints));
    assertThat(versions()).as("commits made by events that came again").isEqualTo(versions);

    stack.startWorker();
    work(8);
    assertNothingLostOrDoubled();
  }

  private String versions() {
    return stack.state().progress().list("progress:").stream()
        .map(progress -> progress.oid() + "@" + progress.version())
        .toList()
        .toString();
  }

  private boolean isReached(Map<String, Long> checkpoints) throws IOException {
    Map<String, Long> now = stack.checkpoints();
    return checkpoints.entrySet().stream()
        .allMatch(before -> now.getOrDefault(before.getKey(), -1L) >= before.getValue());
  }

  @Test
  void deliveriesAndSendsThatComeTwiceAreAppliedOnce() throws Exception {
    try (var armed = Failpoints.arm(Failpoint.STREAM_SENDING, new Repeat(), 0)) {
      assertThat(armed).isNotNull();
      stack.hubFaults().duplicateDeliveries(500);
      for (int round = 0; round < 10; round++) {
        work(round);
      }
      assertNothingLostOrDoubled();
    }
  }

  @Test
  void aBusyHubIsSaidInTheStatusAndLosesNothing() throws Exception {
    stack.hubFaults().failSends(8, BUSY);
    work(1);
    awaitStatus(
        report ->
            report.error().filter(e -> e.errorCode() == ErrorCode.HUB_UNAVAILABLE).isPresent());
    MirrorReport said = stack.status();
    assertThat(said.status()).isIn(Phase.RUNNING, Phase.STARTING);
    assertThat(said.error().orElseThrow().remedy()).isNotBlank();
    assertThat(Position.parseLsn(said.details().sentLsn().orElseThrow()))
        .as("nothing counts as sent meanwhile")
        .isLessThan(Position.parseLsn(postgres.one("SELECT pg_current_wal_lsn()")));

    work(2);
    assertNothingLostOrDoubled();
    awaitStatus(report -> report.error().isEmpty());
  }

  @Test
  void droppedConnectionsAndLostAnswersUnderLoadLoseNothing() throws Exception {
    for (int round = 0; round < 12; round++) {
      switch (round % 4) {
        case 0 -> stack.hubFaults().dropConnections();
        case 1 -> stack.hubFaults().loseAcknowledgements(1);
        case 2 -> stack.hubFaults().failSends(1, BUSY);
        default -> stack.hubFaults().duplicateDeliveries(20);
      }
      var before = stack.status().details().sentLsn();
      work(round);
      awaitStatus(report -> !report.details().sentLsn().equals(before));
    }
    assertNothingLostOrDoubled();
  }
}
