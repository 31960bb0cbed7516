package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.demo.Demo;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import io.deltamirror.local.stack.CatchUpWait;
import io.deltamirror.local.stack.LocalStack;
import io.deltamirror.local.stack.StackOptions;
import io.deltamirror.local.stack.Verification;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host's checkpoint, or the hub, is not what it was: nothing is lost, doubled or silent. */
class HolesIT {
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static EmbeddedPostgres postgres;

  @TempDir private Path folder;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start();
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @Test
  void checkpointBehindEventsThatWereNotAppliedIsMadeGoodFromTheHub() throws Exception {
    Scene scene = new Scene("ahead");
    scene.mirrorTables();
    scene.sendWithoutApplying();
    scene.moveCheckpointsToTheEnd();

    try (LocalStack stack = scene.start()) {
      scene.changeTables();
      scene.assertEqual(stack);
      assertThat(scene.seeds(stack)).containsOnly(1);
    }
  }

  @Test
  void changesThatTheHubHasForgottenReseedTheirTablesAndNoOther() throws Exception {
    Scene scene = new Scene("anew");
    scene.mirrorTables();
    scene.sendWithoutApplying();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      Demo.remove(folder.resolve(Path.of("state", "hubs", "changes", "" + partition)));
    }

    try (LocalStack stack = scene.start()) {
      scene.changeTables();
      for (String table : List.of("busy", "idle")) {
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> scene.state(stack, table).at(2, SeedStage.LIVE));
        assertThat(scene.state(stack, table).reason())
            .startsWith("GAP_IN_STREAM: changes between ")
            .endsWith("are no longer in the hub");
      }
      scene.assertEqual(stack);
      assertThat(scene.state(stack, "quiet").seed()).isEqualTo(1);
    }
  }

  @Test
  void checkpointFromLongAgoDoublesNothing() throws Exception {
    Scene scene = new Scene("ago");
    scene.mirrorTables();
    Demo.remove(folder.resolve("state").resolve("checkpoints"));

    try (LocalStack stack = scene.start()) {
      scene.changeTables();
      scene.assertEqual(stack);
      assertThat(scene.seeds(stack)).containsOnly(1);
    }
  }

  /** A mirror of three tables in a schema of its own; the stack can be started again and again. */
  private final class Scene {
    private final String name;
    private final EnvironmentPasswords passwords = new EnvironmentPasswords(Map.of(), folder);
    private final MirrorDefinition definition;
    private final SourceSession source;

    Scene(String name) {
      this.name = name;
      MirrorDefinition.Source address =
          new MirrorDefinition.Source(
              "localhost", postgres.getPort(), "postgres", "postgres", Optional.empty());
      this.definition = new MirrorDefinition(name, address, List.of(name + ".*"));
      this.source = new SourceSession(address, passwords);
    }

    LocalStack start() throws IOException {
      LocalStack stack =
          LocalStack.start(
              new StackOptions(folder.resolve("lake"), folder.resolve("state"), 0, PARTITIONS),
              passwords);
      stack.control().define(definition);
      stack.control().start(name);
      return stack;
    }

    private void execute(String sql) throws SQLException {
      try (Connection connection = source.open()) {
        SourceSession.execute(connection, sql.replace("$", name));
      }
    }

    /** All are live and have had changes when this returns, and the stack has ended. */
    void mirrorTables() throws Exception {
      execute(
          "CREATE SCHEMA $; CREATE TABLE $.busy (id int PRIMARY KEY, n int);"
              + " CREATE TABLE $.quiet (id int PRIMARY KEY, n int);"
              + " CREATE TABLE $.idle (id int PRIMARY KEY, n int);"
              + " INSERT INTO $.busy SELECT i, 0 FROM generate_series(1, 200) i;"
              + " INSERT INTO $.quiet SELECT i, 0 FROM generate_series(1, 200) i;"
              + " INSERT INTO $.idle SELECT i, 0 FROM generate_series(1, 200) i");
      try (LocalStack stack = start()) {
        awaitCaughtUp(stack);
        changeTables();
        awaitCaughtUp(stack);
      }
    }

    void changeTables() throws SQLException {
      execute(
          "UPDATE $.busy SET n = n + 1 WHERE id % 3 = 0; UPDATE $.quiet SET n = n + 1 WHERE id < 9;"
              + " INSERT INTO $.busy SELECT max(id) + 1, 7 FROM $.busy");
    }

    /**
     * Changes of the busy and the idle table are in the hub, and the stack has ended before it
     * applied them. Nothing follows for the idle one.
     */
    void sendWithoutApplying() throws Exception {
      try (var failing = Failpoints.arm(Failpoint.APPLY_COMMITTING, new Fail(), 0);
          LocalStack stack = start()) {
        execute(
            "UPDATE $.busy SET n = n + 100 WHERE id % 2 = 0; DELETE FROM $.busy WHERE id < 20;"
                + " UPDATE $.idle SET n = 5 WHERE id = 5");
        long lsn;
        try (Connection connection = source.open()) {
          lsn = Barrier.emit(connection);
        }
        Awaitility.await()
            .atMost(PATIENCE)
            .until(
                () ->
                    stack.state(name).run().orElseThrow().sent().stream()
                        .anyMatch(sent -> Long.compareUnsigned(sent.commitLsn(), lsn) >= 0));
      }
    }

    /** What a host does whose retries are used up. */
    void moveCheckpointsToTheEnd() throws Exception {
      LocalEventHubsOptions options =
          LocalEventHubsOptions.in(folder.resolve("state").resolve("hubs"))
              .withHub("changes", PARTITIONS)
              .withHub("copy-tasks", 2);
      try (LocalEventHubs hubs = LocalEventHubs.start(options);
          EventHubConsumerClient client =
              new EventHubClientBuilder()
                  .connectionString(hubs.connectionString(), "changes")
                  .consumerGroup("$Default")
                  .buildConsumerClient()) {
        for (int p = 0; p < PARTITIONS; p++) {
          String partition = Integer.toString(p);
          long last = client.getPartitionProperties(partition).getLastEnqueuedSequenceNumber();
          Files.writeString(checkpoint(partition), "{\"sequenceNumber\":" + last + "}");
        }
      }
    }

    private Path checkpoint(String partition) throws IOException {
      try (Stream<Path> files = Files.walk(folder.resolve("state").resolve("checkpoints"))) {
        return files
            .filter(file -> file.endsWith(Path.of("changes", "$Default", partition + ".json")))
            .findFirst()
            .orElseThrow();
      }
    }

    void awaitCaughtUp(LocalStack stack) {
      CatchUpWait wait =
          CatchUpWait.from(source, new TablePatterns(definition.tables()), stack.state(name));
      Awaitility.await().atMost(PATIENCE).until(() -> wait.missing().isEmpty());
    }

    /** A table that nothing is sent for anymore finds out after the others. */
    void assertEqual(LocalStack stack) {
      awaitCaughtUp(stack);
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                VerifyReport report = verify(stack);
                assertThat(report.tables()).hasSize(3);
                assertThat(report.differences()).isZero();
                assertThat(report.undecided()).isZero();
              });
    }

    private VerifyReport verify(LocalStack stack) throws InterruptedException {
      return new Verification(
              source, new TablePatterns(definition.tables()), stack.lake(), stack.state(name))
          .run(ignored -> {});
    }

    List<Integer> seeds(LocalStack stack) {
      return stack.state(name).tables().list(TableState.PREFIX).stream()
          .map(TableState::seed)
          .toList();
    }

    TableState state(LocalStack stack, String table) {
      return stack.state(name).tables().list(TableState.PREFIX).stream()
          .filter(state -> state.name().name().equals(table))
          .findFirst()
          .orElseThrow();
    }
  }
}
