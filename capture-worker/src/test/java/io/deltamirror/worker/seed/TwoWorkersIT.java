package io.deltamirror.worker.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.StreamLabel;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.worker.CaptureWorker;
import io.deltamirror.worker.Seeding;
import io.deltamirror.worker.WorkerHealth.Role;
import io.deltamirror.worker.WorkerTimes;
import io.deltamirror.worker.lease.HangingStore;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.lease.Tenures;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Two workers of one mirror, each with a store of its own as two processes have. */
class TwoWorkersIT {
  private static final WorkerTimes TIMES = WorkerTimes.defaults().withLease(Duration.ofSeconds(2));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static EmbeddedPostgres server;
  @TempDir private static Path folder;

  private final RecordingSink hub = new RecordingSink();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private MirroredDatabase db;
  private long oid;
  private int rows;

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
    oid = db.table("t", "id int primary key");
    db.state()
        .runs()
        .put(MirrorRun.DOCUMENT, MirrorRun.initial(Instant.now()).want(true, Instant.now()));
  }

  @AfterEach
  void closeAll() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
    db.close();
  }

  /** Waits for the slot as the real one does; the table is there from the beginning. */
  private record TakingOver(MirroredDatabase db, Tenure tenure) implements Seeding {
    @Override
    public ReplicationSource prepare(EventSink sink) {
      try (Connection connection = db.sessions().open()) {
        new SlotTakeover(new ReplicationSlot(connection, db.source().slot()), tenure).await();
        return db.source();
      } catch (SQLException e) {
        throw SourceErrors.of("cannot look at the slot", e);
      }
    }

    @Override
    public void run(SeedMarks marks) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  /** Does not take what it is given until it thaws; then the hub gets it, however late. */
  private final class FreezingSink implements EventSink {
    private final CountDownLatch thawed = new CountDownLatch(1);
    private volatile boolean frozen;

    @Override
    public int partitions() {
      return hub.partitions();
    }

    @Override
    public void publish(List<HubEvent> events) {
      boolean interrupted = false;
      while (frozen && thawed.getCount() > 0) {
        try {
          thawed.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      hub.publish(events);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {}
  }

  private CaptureWorker start(MirrorStore store, EventSink sink, Clock clock) {
    CaptureWorker worker =
        new CaptureWorker(
            new MirrorState(store, MirroredDatabase.MIRROR),
            db.sessions(),
            tenure -> new TakingOver(db, tenure),
            sink,
            StreamSettings.defaults(),
            TIMES,
            clock);
    parts.push(store);
    parts.push(worker);
    worker.start();
    return worker;
  }

  private CaptureWorker start() {
    return start(db.openStore(), hub, Clock.systemUTC());
  }

  private MirrorRun run() {
    return db.state().run().orElseThrow();
  }

  private void await(long fence, CaptureWorker owner) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(run().phase()).isEqualTo(Phase.RUNNING);
              assertThat(run().fence()).isGreaterThanOrEqualTo(fence);
              assertThat(owner.health().role()).isEqualTo(Role.OWNER);
            });
  }

  private void insert(int more) throws SQLException {
    db.execute("INSERT INTO t SELECT generate_series(" + (rows + 1) + ", " + (rows + more) + ")");
    rows += more;
  }

  /** In the order of their ids: without hole or double. */
  private void assertAllArrived() throws SQLException {
    db.awaitCaughtUp(hub);
    assertThat(
            AppliedChanges.of(hub.events()).of(oid).stream().map(change -> (int) change.row()[0]))
        .hasSize(rows)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void oneStreamsAndTheOtherFollowsWhenItIsStopped() throws Exception {
    CaptureWorker first = start();
    await(1, first);
    CaptureWorker second = start();
    insert(100);
    db.awaitCaughtUp(hub);
    assertThat(run().fence()).isEqualTo(1);
    assertThat(second.health().role()).isEqualTo(Role.STANDBY);
    assertThat(second.health().silence()).isLessThan(Duration.ofSeconds(60));

    first.close();
    insert(100);
    await(2, second);

    assertAllArrived();
    assertThat(hub.events().stream().map(HubEvent::fence)).isSorted().contains(1L, 2L);
  }

  @Test
  void theOtherFollowsWhenTheFirstHangsAndTheFirstStandsByWhenItWakes() throws Exception {
    HangingStore hanging = new HangingStore(db.openStore());
    FreezingSink frozen = new FreezingSink();
    CaptureWorker first = start(hanging, frozen, Clock.systemUTC());
    await(1, first);
    insert(100);
    db.awaitCaughtUp(hub);

    frozen.frozen = true;
    hanging.hang();
    insert(100); // the first has it in hand, and may not store that it sent it
    CaptureWorker second = start();
    await(2, second);
    assertAllArrived();
    assertThat(first.health().role()).isEqualTo(Role.STANDBY);

    hanging.answer();
    frozen.thawed.countDown();
    insert(100);
    assertAllArrived();
    long fence = run().fence();
    Awaitility.await()
        .during(TIMES.lease().multipliedBy(2))
        .atMost(PATIENCE)
        .until(() -> first.health().role() == Role.STANDBY && run().fence() == fence);
    insert(100);
    assertAllArrived();

    second.close();
    await(fence + 1, first);
    insert(100);
    assertAllArrived();
  }

  /** As if somebody set it all the time. */
  private static final class JumpingClock extends Clock {
    private final AtomicLong reads = new AtomicLong();

    @Override
    public Instant instant() {
      long hours = reads.incrementAndGet() % 3 * 24 - 24;
      return Instant.now().plus(Duration.ofHours(hours));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void clocksThatJumpChangeNothing() throws Exception {
    CaptureWorker first = start(db.openStore(), hub, new JumpingClock());
    await(1, first);
    CaptureWorker second = start(db.openStore(), hub, new JumpingClock());
    Awaitility.await()
        .during(TIMES.lease().multipliedBy(2))
        .atMost(PATIENCE)
        .until(
            () -> {
              insert(1);
              return first.health().role() == Role.OWNER
                  && first.health().silence().compareTo(Duration.ofSeconds(60)) < 0
                  && second.health().role() == Role.STANDBY
                  && run().fence() == 1
                  && run().phase() == Phase.RUNNING;
            });
    first.close();
    await(2, second);
    assertAllArrived();
  }

  /** A reader of the slot that does not end by itself. */
  private void read(String label) throws SQLException {
    Connection connection = db.sessions().openReplication();
    connection.setClientInfo("ApplicationName", label);
    connection
        .unwrap(PGConnection.class)
        .getReplicationAPI()
        .replicationStream()
        .logical()
        .withSlotName(db.source().slot())
        .withSlotOption("proto_version", 1)
        .withSlotOption("publication_names", "inserts")
        .start();
    parts.push(connection);
  }

  @Test
  void whatADeadOwnerLeftOpenIsEnded() throws Exception {
    Tenure dead = Tenures.begin(db.state());
    read(new StreamLabel(dead.instance(), dead.fence()).toString());
    CaptureWorker worker = start();
    Awaitility.await().until(() -> worker.health().role() == Role.STANDBY);
    db.state().store().get(MirroredDatabase.MIRROR, "lease").ifPresent(this::giveUp);

    insert(10);
    await(2, worker);

    assertAllArrived();
  }

  /** In the dead owner's name: its lease lasts for an hour. */
  private void giveUp(MirrorStore.Document lease) {
    db.state()
        .store()
        .replace(lease, lease.text().replaceFirst("\"owner\":\"[^\"]*\"", "\"owner\":\"\""));
  }

  @Test
  void somebodyElsesConnectionIsWaitedForAndSaidSo() throws Exception {
    read("pg_recvlogical");
    Tenure tenure = Tenures.begin(db.state());
    assertThatThrownBy(() -> new TakingOver(db, tenure).prepare(hub))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SLOT_IN_USE));
    assertThat(
            db.query(
                "SELECT active FROM pg_replication_slots WHERE slot_name = '"
                    + db.source().slot()
                    + "'"))
        .isEqualTo("t");
  }
}
