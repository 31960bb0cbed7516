package io.deltamirror.worker.seed;

import static io.deltamirror.worker.seed.SourceServer.one;
import static io.deltamirror.worker.seed.SourceServer.open;
import static io.deltamirror.worker.seed.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.Publication;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class TableSeedsIT {
  private static final String HELD =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'delta-mirror'"
          + " AND state = 'idle in transaction' AND datname = current_database()";
  private static final Duration A_MOMENT = Duration.ofSeconds(1);
  private static final Duration COMPANY_IS_OVER = Duration.ofSeconds(4);

  private static SourceServer server;

  private SourceSession source;
  private SeedingBench bench;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void openDatabase(TestInfo test, @TempDir Path folder) throws SQLException {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    source = server.database("d" + Integer.toHexString(name.hashCode()));
    bench = new SeedingBench(source, folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String publishedTables() throws SQLException {
    return one(
        source, "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_publication_tables");
  }

  private SeedStage stage(String table) {
    return bench.table(table).stage();
  }

  @Test
  void aTableJoinsIsPublishedAndItsSeedIsBegunUntilItSpools() throws Exception {
    run(
        source,
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE SCHEMA other",
        "CREATE TABLE other.u (id int PRIMARY KEY)");
    bench.step();
    TableState joined = bench.table("t");
    assertThat(joined.at(1, SeedStage.REQUESTED)).isTrue();
    assertThat(publishedTables()).isEqualTo("t");
    assertThat(bench.begun).containsExactly(SeedId.of(joined));
    bench.stepAfter(Duration.ofSeconds(9));
    assertThat(bench.begun).hasSize(1);
    bench.stepAfter(Duration.ofSeconds(2));
    assertThat(bench.begun).hasSize(2);
    bench.spool("t");
    bench.stepAfter(Duration.ofSeconds(11));
    assertThat(bench.begun).hasSize(2);
  }

  @Test
  void theCopyIsPlannedUnderTheSnapshotThatItIsTold() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    bench.step();
    bench.spool("t");
    bench.step();
    run(source, "INSERT INTO t VALUES (3)");
    TableState copying = bench.table("t");
    assertThat(copying.stage()).isEqualTo(SeedStage.COPYING);
    SeedSnapshot snapshot = copying.snapshot().orElseThrow();
    CopyPart part = bench.part("t");
    assertThat(part.snapshot()).isEqualTo(snapshot.lsn());
    assertThat(part.parts()).isEqualTo(1);
    assertThat(part.filenode())
        .isEqualTo(Long.parseLong(one(source, "SELECT pg_relation_filenode('t')")));
    assertThat(bench.tasks).hasSize(1);
    CopyTask task = bench.tasks.get(0);
    assertThat(part.of(task)).isTrue();
    try (Connection reader = open(source)) {
      SourceSession.execute(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      SourceSession.execute(reader, "SET TRANSACTION SNAPSHOT '" + task.snapshotName() + "'");
      assertThat(one(reader, "SELECT count(*) FROM t")).isEqualTo("2");
      assertThat(one(reader, "SELECT pg_current_snapshot()")).isEqualTo(snapshot.visible());
    }
  }

  @Test
  void theSnapshotIsHeldUntilAllItsTablesAreSeededAndReadyIsSaidUntilTheyLive() throws Exception {
    run(source, "CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)");
    bench.step();
    bench.spool("a");
    bench.spool("b");
    bench.step();
    assertThat(bench.table("a").snapshot()).isEqualTo(bench.table("b").snapshot());
    bench.seed("a");
    bench.step();
    assertThat(one(source, HELD)).isEqualTo("1");
    assertThat(bench.ready).containsExactly(SeedId.of(bench.table("a")));
    bench.seed("b");
    bench.goLive("a");
    bench.stepAfter(Duration.ofSeconds(11));
    Awaitility.await().untilAsserted(() -> assertThat(one(source, HELD)).isEqualTo("0"));
    SeedId a = SeedId.of(bench.table("a"));
    assertThat(bench.ready)
        .as("again once it lives, so that it sees whether it has everything")
        .containsExactly(a, a, SeedId.of(bench.table("b")));
  }

  @Test
  void aTransactionOpenAcrossThePublicationHoldsTheSnapshotBack() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    try (Connection application = open(source)) {
      application.setAutoCommit(false);
      SourceSession.execute(application, "INSERT INTO t VALUES (1)");
      bench.step();
      bench.spool("t");
      bench.step();
      bench.stepAfter(Duration.ofSeconds(30));
      assertThat(stage("t")).isEqualTo(SeedStage.SPOOLING);
      assertThat(bench.tasks).isEmpty();
      application.commit();
    }
    bench.stepAfter(COMPANY_IS_OVER);
    bench.stepAfter(COMPANY_IS_OVER);
    assertThat(stage("t")).isEqualTo(SeedStage.COPYING);
    assertThat(rowsUnder(bench.tasks.get(0))).isEqualTo("1");
  }

  @Test
  void aTransactionAboveTheLastCompletedXidIsWaitedForToo() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.step();
    try (Connection application = open(source)) {
      application.setAutoCommit(false);
      SourceSession.execute(application, "INSERT INTO t VALUES (1)");
      bench.spool("t");
      bench.step();
      bench.stepAfter(COMPANY_IS_OVER);
      assertThat(stage("t")).isEqualTo(SeedStage.SPOOLING);
      application.commit();
    }
    bench.step();
    assertThat(rowsUnder(bench.tasks.get(0))).isEqualTo("1");
  }

  @Test
  void whatIsOpenIsNamed() throws Exception {
    try (Connection application = open(source);
        Connection catalog = open(source)) {
      application.setAutoCommit(false);
      String xid = one(application, "SELECT pg_current_xact_id()");
      OpenTransactions transactions = new OpenTransactions(catalog);
      long mark = transactions.mark();
      assertThat(transactions.oldest()).isEqualTo(Long.parseLong(xid)).isLessThan(mark);
      assertThat(transactions.owner(transactions.oldest()))
          .contains("pid ", "postgres", "shop", "begun");
      application.rollback();
      assertThat(transactions.oldest()).isGreaterThan(mark);
    }
  }

  private String rowsUnder(CopyTask task) throws SQLException {
    try (Connection reader = open(source)) {
      SourceSession.execute(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      SourceSession.execute(reader, "SET TRANSACTION SNAPSHOT '" + task.snapshotName() + "'");
      return one(reader, "SELECT count(*) FROM t");
    }
  }

  @Test
  void aLostSnapshotIsReplacedAndWhatWasReadUnderItDoesNotCount() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.step();
    bench.spool("t");
    bench.step();
    CopyTask old = bench.tasks.get(0);
    bench
        .mirror
        .parts()
        .update(CopyPart.document(old.oid(), 1, 0), part -> part.finished(9, List.of("old")));
    one(
        source,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'delta-mirror' AND state = 'idle in transaction'"
            + " AND datname = current_database()");
    Awaitility.await().untilAsserted(() -> assertThat(one(source, HELD)).isEqualTo("0"));
    bench.step();
    assertThat(stage("t")).isEqualTo(SeedStage.SPOOLING);
    assertThat(bench.table("t").reason()).contains("has ended");
    bench.step();
    assertThat(stage("t")).isEqualTo(SeedStage.COPYING);
    assertThat(bench.tasks).hasSize(2);
    CopyTask anew = bench.tasks.get(1);
    assertThat(anew.seed()).isEqualTo(old.seed());
    assertThat(anew.snapshot()).isGreaterThan(old.snapshot());
    assertThat(bench.part("t").of(old)).isFalse();
    assertThat(bench.part("t").of(anew)).isTrue();
    assertThat(bench.part("t").done()).isFalse();
    TableState copying = bench.table("t");
    assertThat(copying.seeded(1, old.snapshot(), bench.clock.instant())).isSameAs(copying);
  }

  @Test
  void afterARestartWhatWasBeingCopiedIsPlannedAnew() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.step();
    bench.spool("t");
    bench.step();
    bench.restart();
    bench.step();
    bench.step();
    assertThat(stage("t")).isEqualTo(SeedStage.COPYING);
    assertThat(bench.tasks).hasSize(2);
    assertThat(bench.tasks.get(1).snapshot()).isGreaterThan(bench.tasks.get(0).snapshot());
    assertThat(one(source, HELD)).isEqualTo("1");
  }

  @Test
  void aThirdSnapshotWaitsForOneOfTheTwo() throws Exception {
    run(
        source,
        "CREATE TABLE a (id int PRIMARY KEY)",
        "CREATE TABLE b (id int PRIMARY KEY)",
        "CREATE TABLE c (id int PRIMARY KEY)");
    bench.step();
    for (String table : List.of("a", "b", "c")) {
      bench.spool(table);
      bench.step();
      bench.stepAfter(COMPANY_IS_OVER);
    }
    assertThat(stage("b")).isEqualTo(SeedStage.COPYING);
    assertThat(stage("c")).isEqualTo(SeedStage.SPOOLING);
    bench.seed("a");
    bench.step();
    assertThat(stage("c")).isEqualTo(SeedStage.COPYING);
    assertThat(one(source, HELD)).isEqualTo("2");
  }

  @Test
  void tablesThatComeCloseTogetherShareASnapshot() throws Exception {
    run(source, "CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)");
    bench.step();
    bench.spool("a");
    bench.step();
    assertThat(stage("a")).isEqualTo(SeedStage.SPOOLING);
    bench.spool("b");
    bench.stepAfter(A_MOMENT);
    assertThat(bench.table("a").snapshot()).isPresent().isEqualTo(bench.table("b").snapshot());
  }

  @Test
  void aTaskThatNobodyCarriesOutIsSentAgain() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.step();
    bench.spool("t");
    bench.step();
    bench.stepAfter(Duration.ofSeconds(10));
    bench.stepAfter(Duration.ofSeconds(50));
    assertThat(bench.tasks).hasSize(1);
    bench.stepAfter(Duration.ofSeconds(11));
    assertThat(bench.tasks).hasSize(2);
    assertThat(bench.tasks.get(1)).isEqualTo(bench.tasks.get(0));
    bench
        .mirror
        .parts()
        .update(
            CopyPart.document(bench.table("t").oid(), 1, 0), part -> part.finished(9, List.of()));
    bench.stepAfter(Duration.ofSeconds(110));
    bench.stepAfter(Duration.ofSeconds(59));
    assertThat(bench.tasks).as("its part is done, the commit may be under way").hasSize(2);
    bench.stepAfter(Duration.ofSeconds(11));
    assertThat(bench.tasks).as("the commit was lost").hasSize(3);
  }

  @Test
  void aTaskThatTheHubDidNotTakeIsSentWhenItAnswers() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.step();
    bench.spool("t");
    bench.hubAnswers = false;
    assertThatThrownBy(bench::step).isInstanceOf(MirrorException.class);
    bench.hubAnswers = true;
    bench.step();
    assertThat(bench.tasks).hasSize(1);
    assertThat(bench.part("t").of(bench.tasks.get(0))).isTrue();
  }

  @Test
  void aTableThatCannotBeMirroredSaysWhyAndTheOthersGoOn() throws Exception {
    run(source, "CREATE UNLOGGED TABLE bad (id int)", "CREATE TABLE good (id int PRIMARY KEY)");
    bench.mirrorWhole("good");
    assertThat(stage("good")).isEqualTo(SeedStage.LIVE);
    assertThat(fault("bad").code()).isEqualTo(ErrorCode.NOT_REGULAR_TABLE);
    assertThat(publishedTables()).isEqualTo("good");
    run(source, "ALTER TABLE bad SET LOGGED");
    bench.discover();
    assertThat(bench.table("bad").at(1, SeedStage.REQUESTED)).isTrue();
    assertThat(bench.begun).contains(SeedId.of(bench.table("bad")));
  }

  @Test
  void aTableWithoutKeyIsMirroredInInsertsOnlyAndItsStatusSaysSo() throws Exception {
    run(
        source,
        "CREATE TABLE t (id int, v int GENERATED ALWAYS AS (1) VIRTUAL)",
        "INSERT INTO t VALUES (1)");
    bench.mirrorWhole("t");
    assertThat(stage("t")).isEqualTo(SeedStage.LIVE);
    assertThat(published(Publication.insertOnly(names()))).isEqualTo("t");
    assertThat(published(Publication.full(names()))).isNull();
    assertThat(bench.table("t").shapes().notes())
        .satisfiesExactly(
            note -> assertThat(note).contains("only inserts", "no primary key"),
            note -> assertThat(note).contains("left out: v"));
    run(source, "UPDATE t SET id = 2", "ALTER TABLE t ADD PRIMARY KEY (id)");
    bench.discover();
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(bench.table("t").reason()).contains("identifies its rows");
    assertThat(lastChange(bench.table("t")).what())
        .contains("the key () becomes (id)")
        .last()
        .asString()
        .contains("identifies its rows");
    assertThat(bench.table("t").shapes().notes()).hasSize(1);
    assertThat(published(Publication.full(names()))).isEqualTo("t");
    assertThat(published(Publication.insertOnly(names()))).isNull();
  }

  private SourceNames names() {
    return SourceNames.of(bench.mirror.mirror());
  }

  private String published(Publication publication) throws SQLException {
    return one(
        source,
        "SELECT string_agg(tablename, ',') FROM pg_publication_tables WHERE pubname = '"
            + publication.name()
            + "'");
  }

  @Test
  void aForgedFloorBeyondTheSnapshotFailsItsTableAlone() throws Exception {
    run(source, "CREATE TABLE bad (id int PRIMARY KEY)", "CREATE TABLE good (id int PRIMARY KEY)");
    bench.step();
    long now = Position.parseLsn(one(source, "SELECT pg_current_wal_insert_lsn()"));
    bench.spoolFrom("bad", now + (1L << 40));
    bench.spoolFrom("good", now);
    bench.step();
    assertThat(fault("bad").code()).isEqualTo(ErrorCode.MALFORMED_EVENT);
    assertThat(stage("good")).isEqualTo(SeedStage.COPYING);
  }

  private Fault fault(String table) {
    TableState state = bench.table(table);
    assertThat(state.status()).isEqualTo(TableStatus.FAILED);
    return state.fault().orElseThrow();
  }

  @Test
  void aTableThatLosesItsKeyIsPublishedWithoutUpdatesSoThatTheyWork() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    bench.mirrorWhole("t");
    run(source, "ALTER TABLE t DROP CONSTRAINT t_pkey");
    bench.discover();
    assertThat(published(Publication.insertOnly(names()))).isEqualTo("t");
    assertThat(published(Publication.full(names()))).isNull();
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
    run(source, "UPDATE t SET id = 2");
  }

  @Test
  void aPartitionThatLosesItsIdentityMovesTheWholeTable() throws Exception {
    run(
        source,
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE t1 PARTITION OF t DEFAULT",
        "INSERT INTO t VALUES (1)");
    bench.mirrorWhole("t");
    assertThat(published(Publication.full(names()))).isEqualTo("t");
    run(source, "ALTER TABLE t1 REPLICA IDENTITY NOTHING");
    bench.discover();
    assertThat(published(Publication.insertOnly(names()))).isEqualTo("t");
    assertThat(bench.table("t").shapes().notes().toString()).contains("t1");
    run(source, "UPDATE t SET id = 2");
  }

  @Test
  void aTableThatWasNotPublishedForAWhileIsSeededAnew() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.mirrorWhole("t");
    Publication full = Publication.full(SourceNames.of(bench.mirror.mirror()));
    run(source, full.remove(bench.table("t").name()));
    bench.discover();
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(bench.table("t").reason()).contains("not published");
    assertThat(bench.table("t").shapes().changes()).as("its shape is as it was").isEmpty();
    assertThat(publishedTables()).isEqualTo("t");
  }

  @Test
  void whatIsMissedIsSaidBeforeTheTableIsPublishedAgain() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.mirrorWhole("t");
    Publication full = Publication.full(SourceNames.of(bench.mirror.mirror()));
    run(source, full.remove(bench.table("t").name()));
    try (Connection application = open(source)) {
      application.setAutoCommit(false);
      SourceSession.execute(application, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
      bench.discover(); // cannot publish it now
      assertThat(publishedTables()).isNull();
      assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
    }
    bench.discover();
    assertThat(publishedTables()).isEqualTo("t");
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
  }

  @Test
  void aDeferrableKeyIsNoIdentitySoItsUpdatesAreNotPublishedAndWork() throws Exception {
    run(
        source,
        "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE, v int)",
        "INSERT INTO t VALUES (1, 1)");
    bench.discover();
    assertThat(published(Publication.insertOnly(names()))).isEqualTo("t");
    run(source, "UPDATE t SET v = 2", "ALTER TABLE t REPLICA IDENTITY FULL");
    bench.mirrorWhole("t");
    run(source, "UPDATE t SET v = 3");
    assertThat(published(Publication.full(names()))).isEqualTo("t");
    assertThat(stage("t")).isEqualTo(SeedStage.LIVE);
  }

  @Test
  void anotherShapeThatNoChangeShowsIsToldToTheStreamUntilItIsRegistered() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 1)");
    bench.mirrorWhole("t");
    RowStorage storage = bench.table("t").shapes().storage();
    run(source, "ALTER TABLE t ADD COLUMN w int DEFAULT 7");
    bench.discover();
    assertThat(bench.reshaped).hasSize(1);
    SourceTable shown = bench.reshaped.get(0);
    assertThat(shown.missing()).isEqualTo(Map.of(3, "7"));
    assertThat(bench.table("t").at(1, SeedStage.LIVE)).isTrue();
    bench.discover();
    assertThat(bench.reshaped).as("not every time").hasSize(1);
    bench.discover();
    assertThat(bench.reshaped).hasSize(2);
    assertThat(bench.table("t").shapes().storage()).isEqualTo(storage);
    bench.change("t", state -> state.reshaped(shown.schema()));
    bench.stepAfter(Duration.ofSeconds(20));
    assertThat(bench.reshaped).hasSize(2);
    assertThat(bench.table("t").at(1, SeedStage.LIVE)).isTrue();
    assertThat(bench.table("t").shapes().storage()).isEqualTo(shown.storage());
  }

  @Test
  void columnsThatAreTextByThemselvesAreNoOtherShape() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY, v date)");
    bench.mirrorWhole("t");
    bench.change(
        "t",
        state -> {
          ShapeHistory asText = state.shapes().withText(2);
          return state.with(asText).reshaped(asText.carried(state.schema().orElseThrow()));
        });
    bench.discover();
    assertThat(bench.reshaped).isEmpty();
    assertThat(bench.table("t").at(1, SeedStage.LIVE)).isTrue();
  }

  @Test
  void whatRewritesRowsBehindTheWalAndARenameSeedAnew() throws Exception {
    run(
        source,
        "CREATE TABLE t (id int PRIMARY KEY, v int)",
        "INSERT INTO t VALUES (1, 1)",
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)",
        "INSERT INTO p VALUES (1)");
    bench.mirrorWhole("t");
    bench.mirrorWhole("p");
    assertThat(reseeded("VACUUM FULL t", "t")).isEmpty();
    assertThat(reseeded("ALTER TABLE t ALTER v SET NOT NULL", "t")).isEmpty();
    assertThat(reseeded("TRUNCATE t", "t")).isEmpty();
    assertThat(reseeded("ALTER TABLE t ALTER v TYPE int USING v + 1", "t")).contains("rewrote");
    assertThat(reseeded("CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (19)", "p"))
        .isEmpty();
    assertThat(reseeded("TRUNCATE p1", "p")).contains("truncated");
    assertThat(reseeded("DROP TABLE p2", "p")).contains("dropped");
    assertThat(reseeded("ALTER TABLE t RENAME TO u", "u"))
        .contains("renamed from public.t to public.u");
    assertThat(bench.reshaped).isEmpty();
  }

  private static ShapeChange lastChange(TableState state) {
    List<ShapeChange> changes = state.shapes().changes();
    assertThat(changes).isNotEmpty();
    return changes.get(changes.size() - 1);
  }

  @Test
  void aShapeThatTheSnapshotShowsFirstIsRecorded() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY, v int)");
    bench.discover();
    bench.spool("t");
    run(source, "ALTER TABLE t ADD COLUMN w text", "ALTER TABLE t RENAME v TO x");
    bench.step();
    bench.stepAfter(COMPANY_IS_OVER);
    TableState copying = bench.table("t");
    assertThat(copying.stage()).isEqualTo(SeedStage.COPYING);
    assertThat(copying.shapes().changes()).hasSize(1);
    ShapeChange change = lastChange(copying);
    assertThat(change.what()).containsExactly("column v is renamed to x", "column w text is added");
    assertThat(change.before()).isEqualTo("id integer, v integer");
    assertThat(change.after()).isEqualTo("id integer, x integer, w text");
    assertThat(change.seed()).isEqualTo(1);
    assertThat(change.position().commitLsn()).isEqualTo(copying.snapshot().orElseThrow().lsn());
  }

  /** The reason of the seed that follows the statement, or nothing; that seed is gone through. */
  private String reseeded(String statement, String table) throws SQLException {
    int before =
        bench.mirror.tables().list(TableState.PREFIX).stream().mapToInt(t -> t.seed()).sum();
    long lsn = Position.parseLsn(one(source, "SELECT pg_current_wal_insert_lsn()"));
    run(source, statement);
    bench.discover();
    int after =
        bench.mirror.tables().list(TableState.PREFIX).stream().mapToInt(t -> t.seed()).sum();
    if (after == before) {
      return "";
    }
    assertThat(after).as(statement).isEqualTo(before + 1);
    TableState requested = bench.table(table);
    assertThat(requested.at(requested.seed(), SeedStage.REQUESTED)).as(statement).isTrue();
    ShapeChange change = lastChange(requested);
    assertThat(change.what()).last().isEqualTo("copied anew: " + requested.reason());
    assertThat(change.seed()).isEqualTo(requested.seed());
    assertThat(change.position().commitLsn()).as("LSN").isGreaterThan(lsn);
    bench.mirrorWhole(table);
    bench.discover();
    assertThat(bench.table(table).at(requested.seed(), SeedStage.LIVE)).as(statement).isTrue();
    return requested.reason();
  }

  private static final String[] TYPES = {
    "CREATE TYPE mood AS ENUM ('sad', 'happy')",
    "CREATE DOMAIN state AS mood",
    "CREATE TYPE pair AS (a int, b text)"
  };

  @Test
  void whatPrintsOldRowsOtherwiseSeedsAnewAndNewValuesOfAnEnumDoNot() throws Exception {
    run(source, TYPES);
    run(
        source,
        "CREATE TABLE e (id int PRIMARY KEY, m mood)",
        "CREATE TABLE a (id int PRIMARY KEY, m mood[])",
        "CREATE TABLE d (id int PRIMARY KEY, s state)",
        "CREATE TABLE c (id int PRIMARY KEY, p pair)");
    List.of("e", "a", "d", "c").forEach(this::mirrorWhole);
    assertThat(reseeded("ALTER TYPE mood ADD VALUE 'new'", "e")).isEmpty();
    assertThat(reseeded("ALTER TYPE pair ADD ATTRIBUTE c int", "c"))
        .contains("attributes of type public.pair changed");
    run(source, "ALTER TYPE mood RENAME VALUE 'new' TO 'old'");
    bench.discover();
    for (String table : List.of("e", "a", "d")) {
      assertThat(bench.table(table).at(2, SeedStage.REQUESTED)).as(table).isTrue();
      assertThat(bench.table(table).reason()).contains("values of type public.mood were renamed");
      assertThat(lastChange(bench.table(table)).what().toString()).contains("public.mood");
      mirrorWhole(table);
    }
    bench.discover();
    assertThat(bench.mirror.tables().list(TableState.PREFIX))
        .allMatch(state -> state.at(2, SeedStage.LIVE));
  }

  private void mirrorWhole(String table) {
    try {
      bench.mirrorWhole(table);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** PostgreSQL prints a copy with the types of the moment, not with those of the snapshot. */
  @Test
  void aTypeThatChangesAnywhereInASeedLeadsToAnotherSeed() throws Exception {
    run(source, TYPES);
    run(
        source,
        "CREATE TABLE early (id int PRIMARY KEY, m mood)",
        "INSERT INTO early VALUES (1, 'sad')");
    bench.discover();
    bench.spool("early");
    run(source, "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'");
    bench.step();
    bench.stepAfter(COMPANY_IS_OVER);
    assertThat(stage("early")).isEqualTo(SeedStage.COPYING);
    bench.seed("early");
    bench.goLive("early");
    bench.discover();
    assertThat(bench.table("early").at(2, SeedStage.REQUESTED))
        .as("a transaction open since before may write 'sad' yet")
        .isTrue();
    bench.spool("early");
    bench.step();
    bench.stepAfter(COMPANY_IS_OVER);
    assertThat(stage("early")).isEqualTo(SeedStage.COPYING);
    run(source, "ALTER TYPE mood RENAME VALUE 'blue' TO 'sad'");
    bench.seed("early");
    bench.goLive("early");
    bench.discover();
    assertThat(bench.table("early").at(3, SeedStage.REQUESTED)).isTrue();
    bench.mirrorWhole("early");
    bench.discover();
    assertThat(bench.table("early").at(3, SeedStage.LIVE)).isTrue();
  }

  @Test
  void theTypesOfANewColumnAreRememberedBeforeItsShapeIs() throws Exception {
    run(source, TYPES);
    run(source, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    bench.mirrorWhole("t");
    run(source, "ALTER TABLE t ADD COLUMN m mood");
    bench.discover();
    run(source, "ALTER TYPE mood ADD VALUE 'new'");
    bench.discover();
    assertThat(bench.table("t").at(1, SeedStage.LIVE)).isTrue();
    run(source, "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'");
    bench.discover();
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
  }

  @Test
  void whatRewritesRowsBetweenSnapshotAndEndOfTheSeedIsSeenToo() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 1)");
    bench.discover();
    bench.spool("t");
    bench.step();
    bench.stepAfter(COMPANY_IS_OVER);
    bench.seed("t");
    run(source, "ALTER TABLE t ALTER v TYPE int USING v + 1");
    bench.discover();
    assertThat(bench.table("t").at(1, SeedStage.SEEDED)).isTrue();
    bench.goLive("t");
    bench.discover();
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
  }

  @Test
  void aDroppedTableIsToldToTheStreamUntilItIsStoppedAndForgottenADayLater() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE UNLOGGED TABLE bad (id int)");
    bench.mirrorWhole("t");
    long before = bench.table("t").oid();
    run(source, "DROP TABLE t", "DROP TABLE bad");
    bench.discover();
    assertThat(bench.dropped).containsExactly(before);
    assertThat(bench.mirror.tables().list(TableState.PREFIX)).hasSize(1);
    bench.stepAfter(Duration.ofSeconds(11));
    assertThat(bench.dropped).hasSize(2);
    bench.change(
        "t",
        state ->
            state.dropped("dropped on the source", new Position(1, 2, 3), bench.clock.instant()));
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.stepAfter(Duration.ofSeconds(11));
    assertThat(bench.dropped).hasSize(2);
    assertThat(bench.mirror.tables().list(TableState.PREFIX))
        .hasSize(2)
        .filteredOn(state -> state.oid() != before)
        .singleElement()
        .matches(state -> state.at(1, SeedStage.REQUESTED))
        .satisfies(state -> assertThat(lastChange(state).what().toString()).contains("made anew"));
    bench.stepAfter(Duration.ofHours(25));
    assertThat(bench.mirror.table(before)).isEmpty();
  }

  @Test
  void aTableThatIsAttachedElsewhereIsGoneAndComesBackWhenItIsDetached() throws Exception {
    run(
        source,
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "INSERT INTO t VALUES (1)");
    bench.mirrorWhole("t");
    bench.mirrorWhole("p");
    long oid = bench.table("t").oid();
    run(source, "ALTER TABLE p ATTACH PARTITION t DEFAULT");
    bench.discover();
    assertThat(bench.dropped).containsExactly(oid);
    assertThat(bench.table("p").reason()).contains("attached");
    assertThat(publishedTables()).isEqualTo("p");
    bench.change(
        "t",
        state ->
            state.dropped("dropped on the source", new Position(1, 2, 3), bench.clock.instant()));
    run(source, "ALTER TABLE p DETACH PARTITION t");
    bench.discover();
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(publishedTables()).isEqualTo("p,t");
  }

  @Test
  void aFailedTableThatWasNotPublishedForAWhileGoesOnWithASeed() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.mirrorWhole("t");
    Fault value = new Fault(ErrorCode.VALUE_TOO_LARGE, "large", bench.clock.instant());
    bench.change("t", state -> state.fail(value));
    run(source, Publication.full(names()).remove(bench.table("t").name()));
    bench.discover();
    assertThat(fault("t")).isEqualTo(value);
    bench.change("t", state -> state.resume("by a person", bench.clock.instant()));
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
  }

  @Test
  void aFaultOfAnotherKindIsLeftForPeople() throws Exception {
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench.mirrorWhole("t");
    Fault value = new Fault(ErrorCode.UNREPRESENTABLE_VALUE, "infinity", bench.clock.instant());
    bench.change("t", state -> state.fail(value));
    bench.discover();
    assertThat(fault("t")).isEqualTo(value);
  }
}
