package io.deltamirror.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.worker.stream.AppliedChanges;
import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.MirroredDatabase;
import io.deltamirror.worker.stream.RecordingSink;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.SeedMarks;
import io.deltamirror.worker.stream.StreamSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class CaptureWorkerIT {
  private static EmbeddedPostgres server;
  @TempDir private static Path folder;

  private final RecordingSink sink = new RecordingSink();
  private MirroredDatabase db;
  private CaptureWorker worker;

  @BeforeAll
  static void startServer() throws IOException {
    server = MirroredDatabase.server();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void createDatabase(TestInfo test) throws SQLException {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    db = MirroredDatabase.create(server, name, folder);
    db.state()
        .runs()
        .put(MirrorRun.DOCUMENT, MirrorRun.initial(Instant.now()).want(true, Instant.now()));
  }

  @AfterEach
  void closeAll() throws SQLException {
    if (worker != null) {
      worker.close();
    }
    db.close();
  }

  /** Tables are there from the beginning. */
  private class NoSeeding implements Seeding {
    @Override
    public ReplicationSource prepare(EventSink hub) {
      return db.source();
    }

    @Override
    public void run(SeedMarks marks) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  private void start(Supplier<Seeding> seedings) {
    worker =
        new CaptureWorker(
            db.state(),
            db.sessions(),
            owned -> seedings.get(),
            sink,
            StreamSettings.defaults(),
            WorkerTimes.defaults(),
            Clock.systemUTC());
    worker.start();
  }

  private MirrorRun run() {
    return db.state().run().orElseThrow();
  }

  private void await(Phase phase) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(run().phase()).isEqualTo(phase));
  }

  @Test
  void runsAndSaysSoUntilItIsStopped() throws Exception {
    long oid = db.table("t", "id int primary key");
    start(NoSeeding::new);
    await(Phase.RUNNING);
    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);
    Awaitility.await().until(() -> run().sent().isPresent() && run().slotBytes() > 0);
    assertThat(run().fence()).isEqualTo(1);
    assertThat(worker.health().role()).isEqualTo(WorkerHealth.Role.OWNER);
    assertThat(worker.health().silence()).isLessThan(Duration.ofSeconds(60));

    Instant before = Instant.now();
    worker.close();

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
    assertThat(run().phase()).isEqualTo(Phase.STOPPED);
    assertThat(run().sent()).contains(db.offset().position());
    assertThat(AppliedChanges.of(sink.events()).of(oid)).hasSize(1);
    db.awaitFreeSlot();
  }

  @Test
  void startsAgainWithTheNextFenceWhenItsConnectionIsCut() throws Exception {
    long oid = db.table("t", "id int primary key");
    start(NoSeeding::new);
    await(Phase.RUNNING);
    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);

    db.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
    db.execute("INSERT INTO t VALUES (2)");
    Awaitility.await().until(() -> run().fence() == 2);
    db.awaitCaughtUp(sink);

    assertThat(AppliedChanges.of(sink.events()).of(oid)).hasSize(2);
    List<ChangeBatch> batches = sink.events(ChangeBatch.class);
    assertThat(batches.get(batches.size() - 1).header().fence()).isEqualTo(2);
  }

  @Test
  void failureOfTheHubIsShownAndNothingIsLost() throws Exception {
    long oid = db.table("t", "id int primary key");
    sink.dieAfter(0);
    start(NoSeeding::new);
    db.execute("INSERT INTO t SELECT generate_series(1, 100)");
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> run().fault().isPresent());
    assertThat(run().phase()).isEqualTo(Phase.STARTING);

    sink.revive();
    db.awaitCaughtUp(sink);
    await(Phase.RUNNING);
    Awaitility.await().until(() -> run().fault().isEmpty());

    assertThat(AppliedChanges.of(sink.events()).of(oid)).hasSize(100);
  }

  @Test
  void failureOfThePreparationIsShownWithItsCode() {
    AtomicInteger attempts = new AtomicInteger();
    start(
        () ->
            new NoSeeding() {
              @Override
              public ReplicationSource prepare(EventSink hub) {
                if (attempts.incrementAndGet() == 1) {
                  throw new MirrorException(ErrorCode.SOURCE_WAL_LEVEL, "wal_level is replica");
                }
                return super.prepare(hub);
              }
            });

    Awaitility.await()
        .until(() -> run().fault().filter(f -> f.code() == ErrorCode.SOURCE_WAL_LEVEL).isPresent());
    await(Phase.RUNNING);
    assertThat(run().fault()).isEmpty();
  }

  @Test
  void aLongStartIsNoSilence() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    start(
        () ->
            new NoSeeding() {
              @Override
              public ReplicationSource prepare(EventSink hub) {
                begun.countDown();
                Awaitility.await().until(() -> done.getCount() == 0);
                return super.prepare(hub);
              }
            });

    begun.await();
    assertThat(worker.health().silence()).isZero();
    done.countDown();
    await(Phase.RUNNING);
  }

  @Test
  void failureOfTheSeedingStartsBothHalvesAgain() {
    AtomicInteger runs = new AtomicInteger();
    start(
        () ->
            new NoSeeding() {
              @Override
              public void run(SeedMarks marks) throws InterruptedException {
                if (runs.incrementAndGet() == 1) {
                  throw new IllegalStateException("no");
                }
                super.run(marks);
              }
            });

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> run().fence() == 2);
    await(Phase.RUNNING);
  }

  @Test
  void mirrorsRunWhileTheyAreWanted() throws Exception {
    db.state()
        .definitions()
        .put(
            MirrorDefinition.DOCUMENT,
            new MirrorDefinition(MirroredDatabase.MIRROR, db.sessions().source(), List.of()));
    try (CaptureWorkers workers =
        new CaptureWorkers(
            db.state().store(),
            definition ->
                new CaptureWorker(
                    db.state(),
                    db.sessions(),
                    owned -> new NoSeeding(),
                    sink,
                    StreamSettings.defaults(),
                    WorkerTimes.defaults(),
                    Clock.systemUTC()),
            WorkerTimes.defaults().lease(),
            Clock.systemUTC())) {
      workers.start();
      await(Phase.RUNNING);
      assertThat(workers.health()).containsOnlyKeys(MirroredDatabase.MIRROR);

      want(false);
      await(Phase.STOPPED);
      Awaitility.await().until(() -> workers.health().isEmpty());
      want(true);
      await(Phase.RUNNING);
    }
    assertThat(run().phase()).isEqualTo(Phase.STOPPED);
    assertThat(run().fault()).isEqualTo(Optional.empty());
  }

  private void want(boolean running) {
    db.state().runs().update(MirrorRun.DOCUMENT, run -> run.want(running, Instant.now()));
  }
}
