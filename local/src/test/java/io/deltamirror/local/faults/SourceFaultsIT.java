package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.control.ReportedFault;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.worker.WorkerTimes;
import io.deltamirror.worker.stream.OffsetDocument;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What may happen to the source, and to the place in its stream, under load: nothing is lost,
 * nothing is applied twice, and the state says what was done about it.
 */
class SourceFaultsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final WorkerTimes SHORT =
      new WorkerTimes(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(3));

  @TempDir private Path folder;
  private RestartablePostgres postgres;
  private MirrorStack stack;

  @BeforeEach
  void startSource() throws Exception {
    postgres = RestartablePostgres.start(folder.resolve("postgresql"));
    postgres.execute(
        "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL)",
        "CREATE TABLE entry (id bigserial PRIMARY KEY, account int, amount int)",
        "CREATE TABLE idle (id int PRIMARY KEY)",
        "INSERT INTO idle SELECT generate_series(1, 50)",
        "INSERT INTO account SELECT i, 0 FROM generate_series(1, 500) i");
  }

  @AfterEach
  void stop() throws Exception {
    try (RestartablePostgres server = postgres) {
      if (stack != null) {
        stack.close();
      }
    }
  }

  private void mirror(Source source) throws Exception {
    stack = MirrorStack.start(StackFolders.in(folder), source, SHORT);
    stack.awaitCaughtUp(PATIENCE);
  }

  private static void work(Connection connection, int round) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "WITH moved AS (UPDATE account SET balance = balance + 1 WHERE id % 50 = "
              + round % 50
              + " RETURNING id) INSERT INTO entry (account, amount) SELECT id, 1 FROM moved");
      statement.execute("DELETE FROM entry WHERE id % 13 = " + round % 13);
    }
  }

  private void work(int rounds) throws SQLException {
    try (Connection connection = postgres.connect()) {
      for (int round = 0; round < rounds; round++) {
        work(connection, round);
      }
    }
  }

  /** An application that goes on whatever happens to its connection. */
  private Void traffic(AtomicBoolean stop) {
    int round = 0;
    while (!stop.get()) {
      try (Connection connection = postgres.connect()) {
        while (!stop.get()) {
          work(connection, round++);
        }
      } catch (SQLException e) {
        round++; // the server is down
      }
    }
    return null;
  }

  private interface Disturbance {
    void happen() throws Exception;
  }

  private void underTraffic(Disturbance disturbance) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService application = Executors.newSingleThreadExecutor();
    Future<Void> traffic = application.submit(() -> traffic(stop));
    try {
      disturbance.happen();
    } finally {
      stop.set(true);
      traffic.get();
      application.shutdown();
    }
  }

  private void assertNothingLostOrDoubled() throws InterruptedException {
    stack.awaitCaughtUp(PATIENCE);
    VerifyReport report = stack.verify();
    assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
    assertThat(report.rows()).isGreaterThan(500);
  }

  private SourceIdentity identity() {
    return stack.state().identity().orElseThrow();
  }

  private void assertGoneOn(SourceIdentity before) {
    assertThat(identity()).isEqualTo(before);
    assertThat(stack.state().tables().list("table:")).allMatch(table -> table.seed() == 1);
  }

  private void assertBegunAnew(SourceIdentity before, String reason) {
    assertThat(identity().generation()).isGreaterThan(before.generation());
    assertThat(identity().reason().orElseThrow()).contains(reason);
    assertThat(stack.status().details().generationReason().orElseThrow()).contains(reason);
    assertThat(stack.state().tables().list("table:"))
        .allMatch(table -> table.seed() > 1 && table.reason().contains(reason));
  }

  private void awaitOffsetMoves() {
    var before = offset();
    Awaitility.await().atMost(PATIENCE).until(() -> !offset().equals(before));
  }

  private MirrorStore.Document offset() {
    return stack.state().store().get(MirrorStack.MIRROR, OffsetDocument.NAME).orElseThrow();
  }

  @Test
  void aServerThatCrashesAndStartsAgain() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    underTraffic(
        () -> {
          for (int crash = 0; crash < 2; crash++) {
            awaitOffsetMoves();
            postgres.crash();
            awaitOffsetMoves();
          }
        });
    assertNothingLostOrDoubled();
    assertGoneOn(before);
  }

  @Test
  void walSendersThatAreTerminatedAgainAndAgain() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    underTraffic(
        () -> {
          for (int kill = 0; kill < 4; kill++) {
            awaitOffsetMoves();
            postgres.execute(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
          }
        });
    assertNothingLostOrDoubled();
    assertGoneOn(before);
  }

  @Test
  void anOffsetThatIsRolledBackToWhereTheSlotIsAhead() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    MirrorStore.Document early = offset();
    work(20);
    stack.awaitCaughtUp(PATIENCE);
    stack.stopWorker();
    stack.state().store().replace(offset(), early.text());
    work(5);
    stack.startWorker();

    assertNothingLostOrDoubled();
    assertBegunAnew(before, "the replication slot was moved ahead");
  }

  @Test
  void anOffsetThatIsLost() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    work(20);
    stack.stopWorker();
    stack.state().store().delete(offset());
    work(5);
    stack.startWorker();

    assertNothingLostOrDoubled();
    assertBegunAnew(before, "the place in the stream was lost");
  }

  /** The worker sends again what it had sent: its slot is told nothing of the last part. */
  @Test
  void anOffsetThatIsRolledBackTogetherWithTheSlot() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    work(3);
    stack.awaitCaughtUp(PATIENCE);
    stack.stopWorker();
    MirrorStore.Document early = offset();
    String slot = identity().slot();
    String copy = slot + "_copy";
    postgres.execute("SELECT pg_copy_logical_replication_slot('" + slot + "', '" + copy + "')");
    stack.startWorker();
    work(20);
    stack.awaitCaughtUp(PATIENCE);
    stack.stopWorker();
    stack.state().store().replace(offset(), early.text());
    postgres.execute(
        "SELECT pg_drop_replication_slot('" + slot + "')",
        "SELECT pg_copy_logical_replication_slot('" + copy + "', '" + slot + "')",
        "SELECT pg_drop_replication_slot('" + copy + "')");
    work(5);
    stack.startWorker();

    assertNothingLostOrDoubled();
    assertGoneOn(before);
  }

  @Test
  void aDatabaseThatIsRestoredToAnEarlierPoint() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    work(5);
    Path copy = folder.resolve("image");
    postgres.copyTo(copy);
    postgres.execute("INSERT INTO idle VALUES (1000)", "DELETE FROM idle WHERE id < 10");
    work(10);
    stack.awaitCaughtUp(PATIENCE);

    postgres.restore(copy);
    work(200); // its WAL is past all that the mirror has seen

    assertNothingLostOrDoubled();
    assertBegunAnew(before, "the source was restored to an earlier state");
    assertThat(postgres.one("SELECT count(*) FROM idle")).isEqualTo("50");
  }

  @Test
  void aSlotThatIsGone() throws Exception {
    mirror(postgres.source());
    SourceIdentity before = identity();
    underTraffic(
        () -> {
          stack.stopWorker();
          postgres.execute("SELECT pg_drop_replication_slot('" + before.slot() + "')");
          stack.startWorker();
          awaitOffsetMoves();
        });
    assertNothingLostOrDoubled();
    assertBegunAnew(before, "the replication slot did not exist");
  }

  @Test
  void aNetworkThatSwallowsEverythingForLongerThanAnyTimeout() throws Exception {
    try (StallingProxy network = new StallingProxy(postgres.source().port())) {
      Source through =
          new Source("127.0.0.1", network.port(), "postgres", "postgres", Optional.empty());
      mirror(through);
      SourceIdentity before = identity();
      long fence = stack.state().run().orElseThrow().fence();
      underTraffic(
          () -> {
            network.stall();
            Awaitility.await()
                .atMost(PATIENCE)
                .until(
                    () ->
                        stack.status().error().map(ReportedFault::errorCode).stream()
                            .anyMatch(ErrorCode.SOURCE_UNREACHABLE::equals));
            Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> stack.state().run().orElseThrow().fence() > fence + 1);
            network.flow();
            awaitOffsetMoves();
          });
      assertNothingLostOrDoubled();
      assertGoneOn(before);
    }
  }
}
