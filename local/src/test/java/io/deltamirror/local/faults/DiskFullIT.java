package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.ReportedFault;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that gets full, wherever the mirror writes: it says so, waits, and loses nothing. */
class DiskFullIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private static Path server;
  private static RestartablePostgres postgres;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    postgres = RestartablePostgres.start(server.resolve("postgresql"));
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  private static void table(String schema, int rows) throws SQLException {
    postgres.execute(
        "CREATE SCHEMA " + schema,
        "CREATE TABLE " + schema + ".t (id int PRIMARY KEY, note text)",
        "INSERT INTO "
            + schema
            + ".t SELECT i, md5(i::text) FROM generate_series(1, "
            + rows
            + ") i");
  }

  private static void work(String schema) throws SQLException {
    postgres.execute(
        "INSERT INTO "
            + schema
            + ".t SELECT i, md5((-i)::text) FROM generate_series(100001, 104000) i",
        "UPDATE " + schema + ".t SET note = 'changed' WHERE id % 3 = 0",
        "DELETE FROM " + schema + ".t WHERE id % 5 = 0");
  }

  private static void await(MirrorStack stack, Predicate<MirrorReport> wanted) {
    Awaitility.await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(stack.tableReports()).noneMatch(DiskFullIT::failed))
        .until(() -> wanted.test(stack.status()));
  }

  private static boolean failed(io.deltamirror.core.control.TableReport table) {
    return table.status() == TableStatus.FAILED;
  }

  private static Predicate<MirrorReport> says(ErrorCode code) {
    return report -> report.error().map(ReportedFault::errorCode).filter(code::equals).isPresent();
  }

  private static void assertEqualAtLast(MirrorStack stack) throws InterruptedException {
    stack.awaitCaughtUp(PATIENCE);
    VerifyReport report = stack.verify();
    assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
    assertThat(report.rows()).isPositive();
    await(stack, status -> status.error().isEmpty());
  }

  @Test
  void aFullLakeHoldsUpChangesAndLosesNone() throws Exception {
    table("lake", 1000);
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 16);
        MirrorStack stack =
            MirrorStack.start(
                StackFolders.in(folder).withLake(disk.folder()), postgres.source(), "lake.*")) {
      stack.awaitCaughtUp(PATIENCE);
      disk.fill();
      work("lake");
      await(stack, says(ErrorCode.STORAGE_FULL));
      assertThat(stack.status().error().orElseThrow().remedy()).contains("Free space");
      disk.free();
      assertEqualAtLast(stack);
    }
  }

  @Test
  void aLakeThatIsFullDuringTheInitialCopyIsCopiedInto() throws Exception {
    table("copied", 20_000);
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 16)) {
      disk.fill();
      try (MirrorStack stack =
          MirrorStack.start(
              StackFolders.in(folder).withLake(disk.folder()), postgres.source(), "copied.*")) {
        await(stack, says(ErrorCode.STORAGE_FULL));
        assertThat(stack.tableReports())
            .singleElement()
            .satisfies(t -> assertThat(t.status()).isEqualTo(TableStatus.SNAPSHOTTING));
        work("copied");
        disk.free();
        assertEqualAtLast(stack);
      }
    }
  }

  @Test
  void aFullDiskUnderTheStateStopsTheMirrorUntilThereIsSpace() throws Exception {
    table("state", 1000);
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 16);
        MirrorStack stack =
            MirrorStack.start(
                StackFolders.in(folder).withState(disk.folder()), postgres.source(), "state.*")) {
      stack.awaitCaughtUp(PATIENCE);
      disk.fill();
      work("state");
      // There is no room to say more than nothing: what it says gets old, and shows it.
      Duration silence = Duration.ofSeconds(4);
      await(stack, report -> report.details().at().isBefore(Instant.now().minus(silence)));
      disk.free();
      assertEqualAtLast(stack);
    }
  }

  @Test
  void aFullDiskUnderTheHubHoldsUpTheWorker() throws Exception {
    table("hub", 1000);
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 16);
        MirrorStack stack =
            MirrorStack.start(
                StackFolders.in(folder).withHubs(disk.folder()), postgres.source(), "hub.*")) {
      stack.awaitCaughtUp(PATIENCE);
      disk.fill();
      work("hub");
      await(stack, says(ErrorCode.HUB_UNAVAILABLE));
      disk.free();
      assertEqualAtLast(stack);
    }
  }
}
