package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class StreamIT {
  private static final StreamSettings QUICK =
      new StreamSettings(
          900_000,
          4 << 20,
          4 << 20,
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofSeconds(10));

  private static EmbeddedPostgres server;
  @TempDir private static Path folder;

  private final RecordingSink sink = new RecordingSink();
  private MirroredDatabase db;
  private StreamEngine stream;

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
  }

  @AfterEach
  void closeAll() throws Exception {
    stop();
    db.close();
  }

  private void start() {
    stream = db.start(QUICK, sink);
  }

  private void stop() throws InterruptedException {
    if (stream != null) {
      stream.stop(Duration.ofSeconds(5));
      stream = null;
    }
  }

  private List<RowChange> changes(long oid) {
    return AppliedChanges.of(sink.events()).of(oid);
  }

  private TableState state(long oid) {
    return db.state().table(oid).orElseThrow();
  }

  @Test
  void unchangedToastIsMarked() throws Exception {
    long oid = db.table("t", "id int primary key, big text, n int");
    db.execute("ALTER TABLE t ALTER big SET STORAGE EXTERNAL");
    db.execute("INSERT INTO t VALUES (1, repeat('x', 100000), 1)");
    db.execute("UPDATE t SET n = 2");
    start();
    db.awaitCaughtUp(sink);

    RowChange update = changes(oid).get(1);
    assertThat(update.unchanged()).containsExactly(1);
    assertThat(update.row()).containsExactly(1, null, 2);
    assertThat(((CharSequence) changes(oid).get(0).row()[1]).length()).isEqualTo(100_000);
  }

  @Test
  void oddNamesArrive() throws Exception {
    long oid =
        db.table(
            "\"T x.\"\"y\"\"; é\"", "\"Id\" int, id int, \"a,b\" text, PRIMARY KEY (\"a,b\", id)");
    db.execute("INSERT INTO \"T x.\"\"y\"\"; é\" VALUES (1, 2, 'k')");
    start();
    db.awaitCaughtUp(sink);

    TableSchema table = sink.events(ChangeBatch.class).get(0).header().table();
    assertThat(table.oid()).isEqualTo(oid);
    assertThat(table.name().name()).isEqualTo("T x.\"y\"; é");
    assertThat(table.columns().stream().map(Column::name)).containsExactly("Id", "id", "a,b");
    assertThat(table.keyIndexes()).containsExactly(2, 1);
  }

  @Test
  void databasesDoNotSeeEachOther() throws Exception {
    RecordingSink otherSink = new RecordingSink();
    try (MirroredDatabase other = MirroredDatabase.create(server, "Übung-\"2\"", folder)) {
      long here = db.table("t", "id int primary key");
      long there = other.table("t", "id int primary key");
      db.execute("INSERT INTO t VALUES (1)");
      other.execute("INSERT INTO t VALUES (2)");
      start();
      StreamEngine otherStream = other.start(QUICK, otherSink);
      db.awaitCaughtUp(sink);
      other.awaitCaughtUp(otherSink);
      otherStream.stop(Duration.ofSeconds(5));

      assertThat(changes(here)).singleElement().satisfies(c -> assertThat(c.row()[0]).isEqualTo(1));
      assertThat(AppliedChanges.of(otherSink.events()).of(there))
          .singleElement()
          .satisfies(c -> assertThat(c.row()[0]).isEqualTo(2));
    }
  }

  @Test
  void rowLargerThanABatchIsABatchOfItsOwn() throws Exception {
    long oid = db.table("t", "id int primary key, v text");
    db.execute("INSERT INTO t SELECT g, repeat(md5(g::text), 150000) FROM generate_series(1, 3) g");
    start();
    db.awaitCaughtUp(sink);

    assertThat(changes(oid)).hasSize(3);
    assertThat(sink.events(ChangeBatch.class))
        .hasSize(3)
        .allSatisfy(batch -> assertThat(batch.header().changes()).isEqualTo(1));
  }

  @Test
  void valueThatItsFormCannotHoldMakesItsColumnText() throws Exception {
    start();
    long odd = live(db.table("odd", "id int primary key, n numeric(5,2)"));
    long good = live(db.table("good", "id int primary key"));
    db.execute("INSERT INTO odd VALUES (1, 1.5)");
    db.execute("BEGIN; INSERT INTO odd VALUES (2, 'NaN'); INSERT INTO good VALUES (1); COMMIT");
    db.execute("INSERT INTO odd VALUES (3, 3); INSERT INTO good VALUES (2)");
    db.awaitCaughtUp(sink);

    assertThat(changes(good)).hasSize(2);
    assertThat(changes(odd)).hasSize(3);
    assertThat(changes(odd).get(1).row()[1]).hasToString("NaN");
    assertThat(changes(odd).get(2).row()[1]).hasToString("3.00");
    SeedBegin begin = sink.events(SeedBegin.class).get(0);
    assertThat(begin.seed()).isEqualTo(2);
    assertThat(behind(begin, ChangeBatch.class).get(0).header().previous())
        .isEqualTo(begin.floor());
    TableState state = state(odd);
    assertThat(state.seed()).isEqualTo(2);
    assertThat(state.shapes().asText()).containsExactly(2);
    assertThat(state.schema().orElseThrow().columns().get(1).carriedAs()).isEqualTo("text");
    assertThat(state.reason()).contains("column n", "decimal(5,2)", "as text");
    assertThat(state.shapes().changes().get(0).seed()).isEqualTo(2);
  }

  @Test
  void valueThatIsTooLargeFailsItsTableAlone() throws Exception {
    start();
    long bad = live(db.table("bad", "id int primary key, v text"));
    long good = live(db.table("good", "id int primary key"));
    db.execute("INSERT INTO bad VALUES (1, 'a')");
    db.execute("INSERT INTO bad VALUES (2, repeat('x', 17 * 1024 * 1024))");
    db.execute("INSERT INTO bad VALUES (3, 'c'); INSERT INTO good VALUES (1)");
    db.awaitCaughtUp(sink);

    assertThat(changes(good)).hasSize(1);
    assertThat(changes(bad)).singleElement().satisfies(c -> assertThat(c.row()[0]).isEqualTo(1));
    assertThat(state(bad).status()).isEqualTo(TableStatus.FAILED);
    assertThat(state(bad).fault().orElseThrow().code()).isEqualTo(ErrorCode.VALUE_TOO_LARGE);
  }

  @Test
  void failedTableGoesOnBehindItsNextSeed() throws Exception {
    start();
    long bad = live(db.table("bad", "id int primary key, v text"));
    db.execute("INSERT INTO bad VALUES (1, 'a')");
    db.execute("INSERT INTO bad VALUES (2, repeat('x', 17 * 1024 * 1024))");
    db.awaitCaughtUp(sink);
    assertThat(state(bad).status()).isEqualTo(TableStatus.FAILED);

    db.execute("DELETE FROM bad WHERE id = 2");
    int seed = reseed(bad);
    stream.marks().begin(bad, seed);
    db.execute("INSERT INTO bad VALUES (3, 'c')");
    db.awaitCaughtUp(sink);
    awaitEvent(SeedBegin.class);
    db.execute("INSERT INTO bad VALUES (4, 'd')");
    db.awaitCaughtUp(sink);

    SeedBegin begin = sink.events(SeedBegin.class).get(0);
    assertThat(begin.seed()).isEqualTo(seed);
    ChangeBatch next = behind(begin, ChangeBatch.class).get(0);
    assertThat(next.header().previous()).isEqualTo(begin.floor());
    assertThat(next.header().last().isAfter(begin.floor())).isTrue();
  }

  /** To a state in which the table's changes are wanted as they are. */
  private long live(long oid) {
    return live(oid, 0);
  }

  /**
   * The same, with a copy of everything before an LSN.
   *
   * @param copiedLsn of the snapshot
   */
  private long live(long oid, long copiedLsn) {
    String visible = copiedLsn == 0 ? "1:1:" : "1000000:1000000:";
    db.state()
        .tables()
        .update(
            TableState.document(oid),
            table -> {
              Instant now = Instant.now();
              TableSchema schema = table.schema().orElseThrow();
              return table
                  .spooling(1, Position.startOf(MirroredDatabase.GENERATION), now)
                  .copying(1, schema, new SeedSnapshot(visible, copiedLsn), now)
                  .seeded(1, copiedLsn, now)
                  .live(1, now);
            });
    return oid;
  }

  private int reseed(long oid) {
    return db.state()
        .tables()
        .update(
            TableState.document(oid),
            table -> table.reseed(table.schema().orElseThrow(), "asked", Instant.now()))
        .orElseThrow()
        .seed();
  }

  private void awaitEvent(Class<? extends HubEvent> kind) {
    Awaitility.await().until(() -> !sink.events(kind).isEmpty());
  }

  private <T extends HubEvent> List<T> behind(HubEvent event, Class<T> kind) {
    List<HubEvent> all = sink.events();
    return all.subList(all.indexOf(event) + 1, all.size()).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  @Test
  void seedBeginsWhileTheSourceIsIdle() throws Exception {
    long oid = db.table("t", "id int primary key");
    start();
    db.awaitCaughtUp(sink);

    stream.marks().begin(oid, 1);
    stream.marks().ready(oid, 1);
    stream.marks().begin(oid, 7);
    awaitEvent(SeedReady.class);

    assertThat(sink.events(SeedBegin.class))
        .containsExactly(
            new SeedBegin("m", 1, oid, 1, Position.startOf(MirroredDatabase.GENERATION)));
    assertThat(sink.events(SeedReady.class))
        .containsExactly(
            new SeedReady("m", 1, oid, 1, Position.startOf(MirroredDatabase.GENERATION)));
  }

  @Test
  void seedBeginsBehindWhatWasSentAndBeforeTheRest() throws Exception {
    long oid = db.table("t", "id int primary key");
    db.execute("INSERT INTO t VALUES (1), (2)");
    start();
    db.awaitCaughtUp(sink);
    stream.marks().begin(oid, 1);
    awaitEvent(SeedBegin.class);
    db.execute("INSERT INTO t VALUES (3)");
    db.awaitCaughtUp(sink);

    SeedBegin begin = sink.events(SeedBegin.class).get(0);
    List<ChangeBatch> batches = sink.events(ChangeBatch.class);
    assertThat(begin.floor()).isEqualTo(batches.get(0).header().last());
    assertThat(behind(begin, ChangeBatch.class))
        .singleElement()
        .satisfies(next -> assertThat(next.header().previous()).isEqualTo(begin.floor()));
  }

  @Test
  void tableThatJoinsIsSentFromItsSeedOn() throws Exception {
    db.execute("CREATE TABLE late (id int primary key)");
    db.execute("ALTER PUBLICATION \"full,\"\"1\" ADD TABLE late");
    long oid = Long.parseLong(db.query("SELECT 'late'::regclass::oid"));
    start();
    db.execute("INSERT INTO late VALUES (1)");
    db.awaitCaughtUp(sink);
    assertThat(changes(oid)).isEmpty();

    db.register(oid);
    stream.marks().begin(oid, 1);
    awaitEvent(SeedBegin.class);
    db.execute("INSERT INTO late VALUES (2)");
    db.awaitCaughtUp(sink);

    assertThat(changes(oid)).singleElement().satisfies(c -> assertThat(c.row()[0]).isEqualTo(2));
    assertThat(sink.events(SeedBegin.class).get(0).floor())
        .isEqualTo(Position.startOf(MirroredDatabase.GENERATION));
  }

  @Test
  void watermarkComesBehindItsTransactionsAndNamesTheirTime() throws Exception {
    long oid = db.table("t", "id int primary key");
    start();
    for (int i = 0; i < 20; i++) {
      db.execute("INSERT INTO t VALUES (" + i + ")");
      db.awaitCaughtUp(sink);
    }

    Position sent = Position.startOf(MirroredDatabase.GENERATION);
    Position marked = sent;
    for (HubEvent event : sink.events()) {
      if (event instanceof ChangeBatch batch) {
        assertThat(batch.header().first().isAfter(marked)).isTrue();
        sent = batch.header().last();
      } else if (event instanceof Watermark watermark) {
        assertThat(watermark.position().isAfter(marked)).isTrue();
        assertThat(watermark.position().isAfter(sent)).isTrue();
        assertThat(
                Duration.between(Instant.EPOCH, Instant.now())
                    .minusNanos(watermark.commitMicros() * 1000))
            .isBetween(Duration.ofSeconds(-5), Duration.ofMinutes(5));
        marked = watermark.position();
      }
    }
    assertThat(marked.isAfter(sent)).isTrue();
    assertThat(changes(oid)).hasSize(20);
  }

  @Test
  void slotMovesOnWhileTheMirroredTablesAreIdle() throws Exception {
    db.execute("CREATE TABLE elsewhere (id int)");
    stream =
        db.start(
            new StreamSettings(
                900_000,
                4 << 20,
                4 << 20,
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofMillis(100)),
            sink);
    long before = db.confirmedLsn();
    db.execute("INSERT INTO elsewhere SELECT generate_series(1, 10000)");
    long written = Position.parseLsn(db.query("SELECT pg_current_wal_lsn()"));

    Awaitility.await().until(() -> Long.compareUnsigned(db.confirmedLsn(), written) >= 0);
    assertThat(Long.compareUnsigned(db.confirmedLsn(), before)).isPositive();
    assertThat(Long.compareUnsigned(db.confirmedLsn(), db.offset().endLsn())).isNotPositive();
  }

  @Test
  void cleanStopLeavesNothingToRepeat() throws Exception {
    long oid = db.table("t", "id int primary key");
    start();
    db.execute("INSERT INTO t SELECT generate_series(1, 1000)");
    db.awaitCaughtUp(sink);
    stop();
    int events = sink.events(ChangeBatch.class).size();
    start();
    db.awaitCaughtUp(sink);

    assertThat(sink.events(ChangeBatch.class)).hasSize(events);
    assertThat(changes(oid)).hasSize(1000);
  }

  @Test
  void lostOffsetSeedsEveryTableAnew() throws Exception {
    start();
    long oid = live(db.table("t", "id int primary key"));
    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);
    stop();
    db.state()
        .store()
        .get(MirroredDatabase.MIRROR, "offset")
        .ifPresent(document -> db.state().store().delete(document));
    start();

    assertThat(state(oid).seed()).isEqualTo(2);
    assertThat(db.offset().generation()).isEqualTo(MirroredDatabase.GENERATION);
  }

  @Test
  void valuesOfAllKindsOfChangeArrive() throws Exception {
    long oid = db.table("t", "a int, b text, c timestamptz, primary key (b, a)");
    db.execute("ALTER TABLE t REPLICA IDENTITY FULL");
    db.register(oid);
    start();
    db.execute("INSERT INTO t VALUES (1, 'k', '2026-01-01 00:00:00+00')");
    db.execute("UPDATE t SET c = NULL");
    db.execute("DELETE FROM t");
    db.awaitCaughtUp(sink);

    List<RowChange> changes = changes(oid);
    assertThat(changes.stream().map(RowChange::kind))
        .containsExactly(Kind.INSERT, Kind.UPDATE, Kind.DELETE);
    long micros = 1_767_225_600_000_000L;
    assertThat(changes.get(0).row()[2]).isEqualTo(micros);
    assertThat(changes.get(1).old()[2]).isEqualTo(micros);
    assertThat(changes.get(1).row()[2]).isNull();
    assertThat(changes.get(2).old()[0]).isEqualTo(1);
  }

  @Test
  void changesThatTheCopyHasNeedNoSeed() throws Exception {
    long oid = db.table("t", "id int primary key");
    start();
    stop();
    db.execute("INSERT INTO t VALUES (1)");
    db.execute("ALTER TABLE t ADD COLUMN v text");
    db.execute("INSERT INTO t VALUES (2, 'x')");
    db.register(oid);
    live(oid, Position.parseLsn(db.query("SELECT pg_current_wal_insert_lsn()")));
    db.execute("INSERT INTO t VALUES (3, 'y')");
    start();
    db.awaitCaughtUp(sink);

    assertThat(sink.events(SeedBegin.class)).isEmpty();
    assertThat(state(oid).seed()).isEqualTo(1);
    assertThat(changes(oid)).hasSize(3);
    assertThat(
            sink.events(ChangeBatch.class).stream().map(b -> b.header().table().columns().size()))
        .containsExactly(1, 2);
  }

  @Test
  void hubThatTakesNothingForLongDoesNotEndTheStream() throws Exception {
    db.execute("ALTER SYSTEM SET wal_sender_timeout = '3s'");
    db.execute("SELECT pg_reload_conf()");
    long oid = db.table("t", "id int primary key, v text");
    CountDownLatch open = new CountDownLatch(1);
    EventSink slow = behind(open);
    StreamSettings tight =
        new StreamSettings(
            1_000,
            2_000,
            2_000,
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(10));
    try {
      stream = db.start(tight, slow);
      db.execute("INSERT INTO t SELECT g, repeat('x', 200) FROM generate_series(1, 20000) g");
      Instant begin = Instant.now();
      Awaitility.await()
          .during(Duration.ofSeconds(7))
          .atMost(Duration.ofSeconds(15))
          .until(() -> !stream.ended().isDone());
      assertThat(Duration.between(begin, Instant.now())).isGreaterThan(Duration.ofSeconds(6));
      open.countDown();
      db.awaitCaughtUp(sink);
    } finally {
      db.execute("ALTER SYSTEM RESET wal_sender_timeout");
      db.execute("SELECT pg_reload_conf()");
    }

    assertThat(stream.ended()).isNotDone();
    assertThat(changes(oid)).hasSize(20_000);
  }

  /** A sink that takes nothing before the latch is open. */
  private EventSink behind(CountDownLatch open) {
    return new EventSink() {
      @Override
      public int partitions() {
        return 1;
      }

      @Override
      public void publish(List<HubEvent> events) throws InterruptedException {
        open.await();
        sink.publish(events);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void stopDoesNotWaitForEverForAHubThatDoesNotAnswer() throws Exception {
    long oid = db.table("t", "id int primary key");
    stream = db.start(QUICK, behind(new CountDownLatch(1)));
    StreamOffset before = db.offset();
    db.execute("INSERT INTO t VALUES (1)");

    Instant begin = Instant.now();
    stream.stop(Duration.ofMillis(500));
    stream = null;

    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(8));
    assertThat(db.offset()).isEqualTo(before);
    start();
    db.awaitCaughtUp(sink);
    assertThat(changes(oid)).hasSize(1);
  }
}
