package io.deltamirror.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyFailuresIT {
  private static EmbeddedPostgres postgres;

  @TempDir private Path folder;
  private CopyScene scene;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = EmbeddedPostgres.builder().setServerConfig("wal_level", "logical").start();
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    scene = new CopyScene(postgres, folder);
    scene.sql(
        "CREATE TABLE public.t (k int PRIMARY KEY, a numeric(10,2), b text)",
        "INSERT INTO public.t SELECT i, i, repeat('x', 100) FROM generate_series(1, 1000) i");
  }

  @AfterEach
  void close() throws Exception {
    scene.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    scene.close();
  }

  /** Back to where the worker takes another snapshot, nothing left behind, and then all is well. */
  private void assertCopiedAnew(String why) throws SQLException, IOException {
    TableState state = scene.state("t");
    assertThat(state.stage()).isEqualTo(SeedStage.SPOOLING);
    assertThat(state.status()).isEqualTo(TableStatus.SNAPSHOTTING);
    assertThat(state.reason()).contains(why);
    assertThat(scene.dataFiles("t")).isZero();
    for (CopyTask task : scene.planAgain("t")) {
      scene.copier().copy(task);
    }
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(scene.rows("t"))
        .hasSize(Integer.parseInt(scene.value("SELECT count(*) FROM public.t")));
  }

  private void assertFailed(ErrorCode code, String message) throws SQLException, IOException {
    TableState state = scene.state("t");
    assertThat(state.status()).isEqualTo(TableStatus.FAILED);
    assertThat(state.fault().orElseThrow().code()).isEqualTo(code);
    assertThat(state.fault().orElseThrow().message()).contains(message);
    assertThat(scene.version("t")).isEmpty();
    assertThat(scene.dataFiles("t")).isZero();
  }

  @Test
  void aSnapshotThatIsGoneIsTakenAnew() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    scene.dropSnapshots();
    scene.copier().copy(task);
    assertCopiedAnew("snapshot");
  }

  @Test
  void anotherSnapshotOfTheSameNameIsNotTakenForTheLostOne() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    scene.update("t", state -> state.copyAgain(1, "", CopyScene.now()));
    SeedSnapshot other = new SeedSnapshot("3:3:", task.snapshot());
    scene.update(
        "t", state -> state.copying(1, state.schema().orElseThrow(), other, CopyScene.now()));
    scene.copier().copy(task);
    assertCopiedAnew("snapshot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VACUUM FULL public.t",
        "CLUSTER public.t USING t_pkey",
        "TRUNCATE public.t",
        "ALTER TABLE public.t ALTER COLUMN k TYPE bigint",
        "ALTER TABLE public.t ALTER COLUMN a TYPE numeric(12,2)",
        "ALTER TABLE public.t DROP COLUMN b",
        "ALTER TABLE public.t ADD COLUMN c int",
        "ALTER TABLE public.t RENAME COLUMN b TO c",
        "ALTER TABLE public.t RENAME TO u; CREATE TABLE public.t (LIKE public.u)",
      })
  void aTableThatIsNotWhatThePlanSawIsPlannedAnew(String change) throws Exception {
    CopyTask task = scene.plan("t").get(0);
    scene.sql(change.split("; "));
    scene.copier().copy(task);
    TableState state = scene.mirror.table(task.oid()).orElseThrow();
    assertThat(state.stage()).isEqualTo(SeedStage.SPOOLING);
    assertThat(state.reason()).contains("public.t is not what it was");
    assertThat(scene.dataFiles("t")).isZero();
    assertThat(scene.version("t")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE public.p1",
        "ALTER TABLE public.p DETACH PARTITION public.p2",
        "DROP TABLE public.p2",
        "ALTER TABLE public.p DETACH PARTITION public.p2; ALTER TABLE public.p2 RENAME TO other",
        "VACUUM FULL public.p1",
      })
  void aPartitionedTableWhosePartitionsAreOthersIsPlannedAnew(String change) throws Exception {
    scene.sql(
        "CREATE TABLE public.p (k int PRIMARY KEY) PARTITION BY RANGE (k)",
        "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.p2 PARTITION OF public.p FOR VALUES FROM (10) TO (20)",
        "INSERT INTO public.p SELECT generate_series(0, 19)");
    CopyTask task = scene.plan("p").get(0);
    scene.sql(change.split("; "));
    scene.copier().copy(task);
    assertThat(scene.state("p").stage()).isEqualTo(SeedStage.SPOOLING);
    assertThat(scene.state("p").reason()).contains("public.p is not what it was");
    assertThat(scene.dataFiles("p")).isZero();
    scene.copier().copy(scene.planAgain("p").get(0));
    assertThat(scene.rows("p"))
        .hasSize(Integer.parseInt(scene.value("SELECT count(*) FROM public.p")));
  }

  @Test
  void aTableThatIsGoneIsLeftToTheWorker() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    scene.sql("DROP TABLE public.t");
    scene.copier().copy(task);
    TableState state = scene.mirror.table(task.oid()).orElseThrow();
    assertThat(state.stage()).isEqualTo(SeedStage.SPOOLING);
  }

  @Test
  void aTableThatIsLockedForLongIsPlannedAnew() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    try (Connection other = scene.session.open()) {
      SourceSession.execute(other, "BEGIN");
      SourceSession.execute(other, "LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
      scene.copier().copy(task);
    }
    assertCopiedAnew("lock timeout");
  }

  @Test
  void aConnectionThatBreaksWhileCopyingLeavesNothingBehind() throws Exception {
    scene.sql(
        "INSERT INTO public.t SELECT i, i, repeat('x', 100) FROM generate_series(1001, 300000) i");
    scene.with(scene.options().withLimits(1_000_000, 10_000));
    CopyTask task = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, ".parquet")
            .before(
                () ->
                    scene.sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE query LIKE 'COPY (SELECT%' AND state = 'active'"));
    scene.copier(lake, scene.store).copy(task);
    assertCopiedAnew("");
  }

  @Test
  void aSourceThatDoesNotAnswerIsTriedAnew() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    copier(new Source("localhost", unused, "postgres", "postgres", Optional.empty())).copy(task);
    assertCopiedAnew("cannot connect");
  }

  @Test
  void aRoleThatMayNotReadFailsTheTable() throws Exception {
    scene.sql("DROP ROLE IF EXISTS poor", "CREATE ROLE poor LOGIN PASSWORD 'postgres'");
    CopyTask task = scene.plan("t").get(0);
    copier(new Source("localhost", postgres.getPort(), "postgres", "poor", Optional.empty()))
        .copy(task);
    assertFailed(ErrorCode.SOURCE_ROLE, "permission denied");
  }

  private TableCopier copier(Source source) {
    return new TableCopier(
        name -> new SourceSession(source, any -> Optional.of("postgres")),
        scene.storage,
        scene.store,
        scene.tables,
        scene.options(),
        Clock.systemUTC());
  }

  @Test
  void aValueThatItsFormCannotHoldMakesItsColumnText() throws Exception {
    scene.sql("INSERT INTO public.t VALUES (5000, 'NaN', '')");
    CopyTask task = scene.plan("t").get(0);
    scene.copier().copy(task);
    scene.copier().copy(task);

    TableState state = scene.state("t");
    assertThat(state.seed()).isEqualTo(2);
    assertThat(state.stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(state.reason()).contains("column a").endsWith("it is carried as text");
    assertThat(state.shapes().asText()).containsExactly(2);
    assertThat(state.shapes().changes()).singleElement().matches(change -> change.seed() == 2);
    assertThat(scene.version("t")).isEmpty();
    assertThat(scene.dataFiles("t")).isZero();

    scene.update("t", spooling -> spooling.spooling(2, CopyScene.FLOOR, CopyScene.now()));
    scene.copier().copy(scene.planAgain("t").get(0));
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(scene.rows("t")).hasSize(1001);
    assertThat(scene.rows("t").stream().map(row -> String.valueOf(row.get(1))))
        .contains("NaN", "1.00");
  }

  @Test
  void aValueThatIsTooLargeFailsTheTableUntilItIsReseeded() throws Exception {
    scene.sql("INSERT INTO public.t VALUES (5000, 0, repeat('x', 17 * 1024 * 1024))");
    scene.copier().copy(scene.plan("t").get(0));
    assertFailed(ErrorCode.VALUE_TOO_LARGE, "column b");

    scene.sql("UPDATE public.t SET b = '' WHERE k = 5000");
    scene.copier().copy(scene.plan("t").get(0));
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(scene.rows("t")).hasSize(1001);
  }

  /** WIN1252 has no character 0x81, but PostgreSQL lets it in. */
  @Test
  void aTextThatHasNoUtf8FailsTheTable() throws Exception {
    scene.sql(
        "CREATE DATABASE windows ENCODING 'WIN1252' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    try (CopyScene windows =
        new CopyScene(postgres, "windows", Files.createDirectory(folder.resolve("windows")))) {
      windows.sql(
          "CREATE TABLE public.t (k int PRIMARY KEY, b text)",
          "INSERT INTO public.t VALUES (1, convert_from('\\x8141', 'WIN1252'))");
      windows.copier().copy(windows.plan("t").get(0));
      Fault fault = windows.state("t").fault().orElseThrow();
      assertThat(fault.code()).isEqualTo(ErrorCode.TEXT_NOT_UTF8);
      assertThat(fault.message()).contains("public.t").doesNotContain("81");

      windows.sql("UPDATE public.t SET b = 'caf\u00e9'");
      windows.copier().copy(windows.plan("t").get(0));
      assertThat(String.valueOf(windows.rows("t").get(0).get(1))).isEqualTo("caf\u00e9");
    }
  }

  @Test
  void aTaskWithoutAPlanIsPlannedAnew() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    scene.mirror.parts().delete(CopyPart.document(task.oid(), 1, 0));
    scene.copier().copy(task);
    assertCopiedAnew("no plan");
  }

  @Test
  void aSnapshotNameIsNeverRunAsSql() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    scene
        .copier()
        .copy(new CopyTask("m", task.oid(), 1, 0, "x'; DROP TABLE public.t; --", task.snapshot()));
    assertFailed(ErrorCode.MALFORMED_EVENT, "impossible snapshot");
    assertThat(scene.value("SELECT count(*) FROM public.t")).isEqualTo("1000");
  }

  @Test
  void aCopyThatIsNoLongerWantedStopsOnTheWay() throws Exception {
    scene.sql(
        "INSERT INTO public.t SELECT i, i, repeat('x', 100) FROM generate_series(1001, 100000) i");
    scene.with(scene.options().withLimits(1_000_000, 10_000));
    CopyTask task = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, ".parquet")
            .before(
                () ->
                    scene.update(
                        "t", s -> s.reseed(s.schema().orElseThrow(), "", CopyScene.now())));
    scene.copier(lake, scene.store).copy(task);
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(scene.state("t").seed()).isEqualTo(2);
    assertThat(scene.dataFiles("t")).isZero();
  }
}
