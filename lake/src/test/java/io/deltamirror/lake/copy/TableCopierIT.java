package io.deltamirror.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.TestTables;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCopierIT {
  private static final String COMMIT = "_delta_log/";

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
        "CREATE TABLE public.t (k int PRIMARY KEY, pad text)",
        "INSERT INTO public.t SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i");
  }

  @AfterEach
  void close() throws Exception {
    scene.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    scene.close();
  }

  private List<Object> keys() throws IOException {
    return scene.rows("t").stream().map(row -> row.get(0)).toList();
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private TableVersion version() {
    return scene.version("t").orElseThrow();
  }

  private void copyAll(List<CopyTask> tasks) {
    tasks.forEach(scene.copier()::copy);
  }

  @Test
  void theSeedIsCommittedWithItsFloorAndSnapshot() throws Exception {
    copyAll(scene.plan("t"));
    TableState state = scene.state("t");
    assertThat(state.stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(version().position()).isEqualTo(CopyScene.FLOOR);
    assertThat(version().seed()).isEqualTo(1);
    assertThat(version().seedSnapshot()).isEqualTo(state.snapshot().orElseThrow());
    assertThat(version().shape()).isEqualTo(state.schema().orElseThrow());
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  @Test
  void whatTheSnapshotDoesNotSeeIsNotCopied() throws Exception {
    List<CopyTask> tasks = scene.plan("t");
    scene.sql("DELETE FROM public.t WHERE k <= 10", "INSERT INTO public.t VALUES (9999, '')");
    copyAll(tasks);
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  @Test
  void aPartitionedTableIsCopiedWithAllPartitionsAndAnInheritedOneWithoutItsChildren()
      throws Exception {
    scene.sql(
        "CREATE TABLE public.p (k int PRIMARY KEY, twice int GENERATED ALWAYS AS (k * 2) STORED)"
            + " PARTITION BY RANGE (k)",
        "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.p2 PARTITION OF public.p DEFAULT PARTITION BY RANGE (k)",
        "CREATE TABLE public.p2a PARTITION OF public.p2 DEFAULT",
        "INSERT INTO public.p SELECT generate_series(0, 19)",
        "CREATE TABLE public.child () INHERITS (public.t)",
        "INSERT INTO public.child VALUES (9999, '')");
    List<CopyTask> tasks = scene.plan("p");
    scene.sql("INSERT INTO public.p VALUES (20)");
    copyAll(tasks);
    assertThat(scene.rows("p"))
        .hasSize(20)
        .contains(List.of(0, 0), List.of(19, 38))
        .doesNotContain(List.of(20, 40));
    copyAll(scene.plan("t"));
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  /** Whose rows the WAL tells, or another copy has them. */
  @Test
  void partitionsThatComeAfterTheSnapshotAreLeftOutAndHoldUpNothing() throws Exception {
    scene.sql(
        "CREATE TABLE public.p (k int PRIMARY KEY) PARTITION BY RANGE (k)",
        "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.p2 PARTITION OF public.p FOR VALUES FROM (10) TO (20)"
            + " PARTITION BY RANGE (k)",
        "CREATE TABLE public.lone (k int PRIMARY KEY)",
        "INSERT INTO public.p SELECT generate_series(0, 9)",
        "INSERT INTO public.lone VALUES (20)");
    List<CopyTask> tasks = scene.plan("p");
    scene.sql(
        "CREATE TABLE public.p2a PARTITION OF public.p2 DEFAULT",
        "ALTER TABLE public.p ATTACH PARTITION public.lone FOR VALUES FROM (20) TO (30)",
        "INSERT INTO public.p VALUES (10)");
    copyAll(tasks);
    assertThat(scene.state("p").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(scene.rows("p")).hasSize(10).doesNotContain(List.of(10), List.of(20));
  }

  @Test
  void aPartitionedTableWithoutPartitionsIsEmpty() throws Exception {
    scene.sql("CREATE TABLE public.p (k int PRIMARY KEY) PARTITION BY RANGE (k)");
    copyAll(scene.plan("p"));
    assertThat(scene.state("p").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(scene.rows("p")).isEmpty();
  }

  @Test
  void partsByPagesMakeOneCommitWhenTheLastIsDone() throws Exception {
    List<CopyTask> tasks = scene.plan("t", 10, 20);
    scene.copier().copy(tasks.get(2));
    scene.copier().copy(tasks.get(0));
    assertThat(scene.version("t")).isEmpty();
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.COPYING);
    scene.copier().copy(tasks.get(1));
    assertThat(version().version()).isZero();
    assertThat(version().files()).hasSize(3);
    assertThat(keys()).containsExactlyInAnyOrderElementsOf(List.copyOf(numbers(1, 5000)));
  }

  @Test
  void progressIsKeptWhileCopyingAndSummedUpAtTheEnd() throws Exception {
    List<CopyTask> tasks = scene.plan("t", 20);
    scene.copier().copy(tasks.get(0));
    TableProgress during = progress();
    assertThat(during.copy().orElseThrow().parts()).isEqualTo(2);
    assertThat(during.copy().orElseThrow().partsDone()).isEqualTo(1);
    assertThat(during.copy().orElseThrow().rows()).isBetween(1L, 4999L);
    scene.copier().copy(tasks.get(1));
    TableProgress after = progress();
    assertThat(after.copy()).isEmpty();
    assertThat(after.rows()).isEqualTo(5000);
    assertThat(after.processedRows()).isEqualTo(5000);
    assertThat(after.processedBytes()).isPositive();
    assertThat(after.applied()).contains(CopyScene.FLOOR);
    assertThat(after.lastSync()).isPresent();
  }

  private TableProgress progress() throws Exception {
    return scene
        .mirror
        .progress()
        .get(TableProgress.document(scene.table("t").schema().oid()))
        .orElseThrow();
  }

  @Test
  void rowsInNoOrderAreSortedInEachOfSeveralFiles() throws Exception {
    scene.sql(
        "TRUNCATE public.t",
        "INSERT INTO public.t SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i"
            + " ORDER BY md5(i::text)");
    scene.with(scene.options().withLimits(300_000, 1_000_000));
    copyAll(scene.plan("t"));
    assertThat(version().files()).hasSizeGreaterThan(2);
    assertThat(version().rows()).isEqualTo(5000);
    // The writer refuses rows out of order, so each file is sorted; together they have all rows.
    assertThat(keys()).containsExactlyInAnyOrderElementsOf(List.copyOf(numbers(1, 5000)));
  }

  @Test
  void rowsInOrderFillFilesToTheWantedSize() throws Exception {
    scene.with(scene.options().withLimits(100_000, 2_000));
    copyAll(scene.plan("t"));
    assertThat(version().files().stream().map(file -> file.rows()))
        .containsExactlyInAnyOrder(2_000L, 2_000L, 1_000L);
    assertThat(keys()).containsExactlyInAnyOrderElementsOf(List.copyOf(numbers(1, 5000)));
  }

  @Test
  void aTaskThatComesAgainIsNotCarriedOutAgain() throws Exception {
    List<CopyTask> tasks = scene.plan("t", 20);
    scene.copier().copy(tasks.get(0));
    long files = scene.dataFiles("t");
    scene.copier().copy(tasks.get(0));
    assertThat(scene.dataFiles("t")).isEqualTo(files);
    scene.copier().copy(tasks.get(1));
    copyAll(tasks);
    assertThat(version().version()).isZero();
    assertThat(scene.dataFiles("t")).isEqualTo(version().files().size());
  }

  @Test
  void aTaskThatComesAgainEndsASeedWhosePartsAreDone() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    HookedStorage broken =
        new HookedStorage(scene.storage, COMMIT)
            .before(
                () -> {
                  throw new AssertionError("the process ends here");
                });
    TableCopier killed = scene.copier(broken, scene.store);
    assertThatThrownBy(() -> killed.copy(task)).hasMessageContaining("the process ends here");
    assertThat(scene.version("t")).isEmpty();
    scene.dropSnapshots();
    scene.copier().copy(task);
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNotMadeAgain() throws Exception {
    HookedStorage lake =
        new HookedStorage(scene.storage, COMMIT)
            .after(
                () -> {
                  throw new IOException("the answer is lost");
                });
    scene.copier(lake, scene.store).copy(scene.plan("t").get(0));
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(version().version()).isZero();
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  @Test
  void twoWhoCopyTheSamePartAtOnceMakeOneCommit() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, "/copied/").before(() -> scene.copier().copy(task));
    scene.copier(lake, scene.store).copy(task);
    assertThat(version().version()).isZero();
    assertThat(scene.dataFiles("t")).isEqualTo(version().files().size());
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  @Test
  void twoWhoEndTheSameSeedAtOnceMakeOneCommit() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, COMMIT).before(() -> scene.copier().copy(task));
    scene.copier(lake, scene.store).copy(task);
    assertThat(version().version()).isZero();
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(scene.dataFiles("t")).isEqualTo(version().files().size());
  }

  @Test
  void aLateCommitUnderAnOldSnapshotLosesAgainstTheNewOne() throws Exception {
    CopyTask old = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, COMMIT)
            .before(
                () -> {
                  scene.update(
                      "t", state -> state.copyAgain(1, "worker restarted", CopyScene.now()));
                  scene.sql("INSERT INTO public.t VALUES (5001, 'later')");
                  copyAll(scene.planAgain("t"));
                });
    scene.copier(lake, scene.store).copy(old);
    assertThat(version().version()).isZero();
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(version().seedSnapshot()).isEqualTo(scene.state("t").snapshot().orElseThrow());
    assertThat(keys()).isEqualTo(numbers(1, 5001));
  }

  private static TableState dropped(TableState state) {
    return state.dropped("it is gone", state.floor().orElseThrow(), CopyScene.now());
  }

  @Test
  void aTableThatIsDroppedWhileItsCopyIsCommittedStaysEmpty() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, COMMIT)
            .before(() -> scene.update("t", TableCopierIT::dropped));

    scene.copier(lake, scene.store).copy(task);

    assertThat(scene.state("t").status()).isEqualTo(TableStatus.STOPPED);
    assertThat(version().isDropped()).isTrue();
    assertThat(keys()).isEmpty();
    scene.copier().copy(task);
    assertThat(version().version()).isEqualTo(1);
  }

  @Test
  void aCommitUnderAnOldSnapshotIsReplacedByTheNewOne() throws Exception {
    CopyTask old = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, COMMIT)
            .before(
                () -> {
                  scene.update(
                      "t", state -> state.copyAgain(1, "worker restarted", CopyScene.now()));
                  scene.sql("INSERT INTO public.t VALUES (5001, 'later')");
                });
    scene.copier(lake, scene.store).copy(old);
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SPOOLING);
    assertThat(keys()).isEqualTo(numbers(1, 5000));
    copyAll(scene.planAgain("t"));
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(version().seedSnapshot()).isEqualTo(scene.state("t").snapshot().orElseThrow());
    assertThat(keys()).isEqualTo(numbers(1, 5001));
  }

  @Test
  void aPartReadUnderAnOldSnapshotIsNotTakenForThatOfTheNewOne() throws Exception {
    CopyTask old = scene.plan("t", 20).get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, "/copied/")
            .before(
                () -> {
                  scene.update(
                      "t", state -> state.copyAgain(1, "worker restarted", CopyScene.now()));
                  scene.planAgain("t", 20);
                });
    scene.copier(lake, scene.store).copy(old);
    CopyPart part =
        scene.mirror.parts().get(CopyPart.document(old.oid(), old.seed(), 0)).orElseThrow();
    assertThat(part.done()).isFalse();
    assertThat(scene.dataFiles("t")).isZero();
  }

  @Test
  void aTaskOfAnotherSeedStageOrSnapshotDoesNothing() throws Exception {
    CopyTask old = scene.plan("t").get(0);
    scene.update("t", state -> state.copyAgain(1, "worker restarted", CopyScene.now()));
    scene.copier().copy(old);
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SPOOLING);
    CopyTask present = scene.planAgain("t").get(0);
    scene.copier().copy(old);
    TableState state = scene.state("t");
    assertThat(state.stage()).isEqualTo(SeedStage.COPYING);
    assertThat(scene.version("t")).isEmpty();
    scene.copier().copy(new CopyTask("m", 1, 1, 0, present.snapshotName(), present.snapshot()));
    assertThat(scene.state("t")).isEqualTo(state);
  }

  @Test
  void aReseedReplacesTheContentAndReadersOfTheOldVersionKeepTheirs() throws Exception {
    copyAll(scene.plan("t"));
    scene.update("t", state -> state.live(1, CopyScene.now()));
    scene.sql(
        "DELETE FROM public.t WHERE k > 10",
        "ALTER TABLE public.t DROP COLUMN pad, ADD COLUMN more bigint DEFAULT 7");
    copyAll(scene.plan("t"));
    assertThat(scene.state("t").status()).isEqualTo(TableStatus.RESEEDING);
    assertThat(version().seed()).isEqualTo(2);
    assertThat(scene.rows("t"))
        .containsExactlyElementsOf(
            numbers(1, 10).stream().map(k -> List.<Object>of(k, 7L)).toList());
    List<List<Object>> before = TestTables.read(scene.lake, scene.folder("t"), Optional.of(0L));
    assertThat(before).hasSize(5000);
    assertThat(before.get(0)).isEqualTo(List.of(1, "x".repeat(100)));
  }

  @Test
  void partsWrittenWithOtherColumnsAreNotPutTogether() throws Exception {
    List<CopyTask> tasks = scene.plan("t", 20);
    scene.copier().copy(tasks.get(0));
    // What a copy under an older snapshot commits late has columns of its own.
    TestTables.seed(
        scene.tables,
        "m",
        scene.table("t").schema(),
        1,
        TestTables.SNAPSHOT,
        CopyScene.FLOOR,
        List.of());
    scene.copier().copy(tasks.get(1));
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.SPOOLING);
    assertThat(scene.state("t").reason()).contains("columns changed");
    copyAll(scene.planAgain("t", 20));
    assertThat(keys()).containsExactlyInAnyOrderElementsOf(List.copyOf(numbers(1, 5000)));
  }

  @Test
  void theListsOfFilesGoWhenTheSeedIsCommitted() throws Exception {
    List<CopyTask> tasks = scene.plan("t", 20);
    String lists = LakePaths.copied("m", tasks.get(0).oid(), 1);
    scene.copier().copy(tasks.get(0));
    assertThat(scene.storage.list(lists, "")).hasSize(1);
    scene.copier().copy(tasks.get(1));
    assertThat(scene.storage.list(lists, "")).isEmpty();
  }

  @Test
  void whatStorageRefusesIsThrownAndCanBeRepeated() throws Exception {
    CopyTask task = scene.plan("t").get(0);
    HookedStorage lake =
        new HookedStorage(scene.storage, ".parquet")
            .before(
                () -> {
                  throw new IOException("no answer");
                });
    assertThatThrownBy(() -> scene.copier(lake, scene.store).copy(task))
        .isInstanceOf(MirrorException.class)
        .extracting(e -> ((MirrorException) e).code())
        .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(scene.state("t").stage()).isEqualTo(SeedStage.COPYING);
    assertThat(progress().copy().orElseThrow().rows()).isZero();
    scene.copier().copy(task);
    assertThat(keys()).isEqualTo(numbers(1, 5000));
  }

  @Test
  void partsAreCopiedOneAfterTheOtherWhereOnlyOneHasPlace() throws Exception {
    List<CopyTask> tasks = scene.plan("t", 10, 20, 30);
    TableCopier copier = scene.copier();
    CompletableFuture.allOf(
            tasks.stream()
                .map(task -> CompletableFuture.runAsync(() -> copier.copy(task)))
                .toArray(CompletableFuture<?>[]::new))
        .join();
    assertThat(version().version()).isZero();
    assertThat(version().rows()).isEqualTo(5000);
  }
}
