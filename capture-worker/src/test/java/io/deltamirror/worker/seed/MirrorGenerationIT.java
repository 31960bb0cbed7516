package io.deltamirror.worker.seed;

import static io.deltamirror.worker.seed.SourceServer.one;
import static io.deltamirror.worker.seed.SourceServer.open;
import static io.deltamirror.worker.seed.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.stream.OffsetDocument;
import io.deltamirror.worker.stream.StreamOffset;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class MirrorGenerationIT {
  private static SourceServer server;

  private SourceSession source;
  private SeedingBench bench;
  private SourceIdentity first;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  /** A mirror with a table that is live and one that cannot be mirrored. */
  @BeforeEach
  void makeMirror(TestInfo test, @TempDir Path folder) throws SQLException {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    source = server.database("d" + Integer.toHexString(name.hashCode()));
    run(source, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE UNLOGGED TABLE bad (id int)");
    bench = new SeedingBench(source, folder);
    bench.mirrorWhole("t");
    first = bench.mirror.identity().orElseThrow();
  }

  @AfterEach
  void close() throws SQLException {
    bench.close();
    slot(ReplicationSlot::drop);
  }

  private interface SlotUse {
    void on(ReplicationSlot slot) throws SQLException;
  }

  private void slot(SlotUse use) throws SQLException {
    try (Connection connection = source.open()) {
      use.on(new ReplicationSlot(connection, SourceNames.of(bench.mirror.mirror()).slot()));
    }
  }

  private SourceIdentity establish() {
    return bench.establish();
  }

  private void assertSeededAnew(SourceIdentity next, String reason) throws SQLException {
    assertThat(next.reason().orElseThrow()).contains(reason);
    assertThat(next.generation()).isGreaterThan(first.generation());
    assertThat(bench.mirror.identity()).contains(next);
    assertThat(bench.table("t").at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(bench.table("t").reason()).contains(reason);
    assertThat(bench.table("bad").seed()).isZero();
    slot(slot -> assertThat(slot.describeOurs()).isPresent());
    assertThat(establish()).as("and only once").isEqualTo(next);
  }

  @Test
  void withNothingChangedTheStreamGoesOn() throws Exception {
    assertThat(establish()).isEqualTo(first);
    assertThat(bench.table("t").stage()).isEqualTo(SeedStage.LIVE);
    assertThat(first.systemIdentifier())
        .isEqualTo(one(source, "SELECT system_identifier FROM pg_control_system()"));
    assertThat(first.timeline()).isEqualTo(1);
  }

  @Test
  void aSlotThatWasDroppedBeginsAGeneration() throws Exception {
    slot(ReplicationSlot::drop);
    assertSeededAnew(establish(), "slot did not exist");
  }

  @Test
  void aCrashBeforeTheSlotIsMadeBeginsOneMore() throws Exception {
    slot(ReplicationSlot::drop);
    SourceIdentity second = establish();
    slot(ReplicationSlot::drop);
    assertThat(establish().generation()).isGreaterThan(second.generation());
    assertThat(bench.table("t").at(3, SeedStage.REQUESTED)).isTrue();
  }

  @Test
  void aCrashBetweenPublicationsAndSlotLeavesNoSlotThatIsOlderThanThey() throws Exception {
    SourceNames names = SourceNames.of(bench.mirror.mirror());
    run(source, "DROP PUBLICATION " + names.full() + ", " + names.insertOnly());
    try (var armed = Failpoints.arm(Failpoint.GENERATION_PUBLICATIONS_MADE, new Fail(), 1)) {
      assertThatThrownBy(this::establish).isInstanceOf(UncheckedIOException.class);
    }
    slot(slot -> assertThat(slot.describe()).isEmpty());
    assertSeededAnew(establish(), "slot did not exist");
  }

  @Test
  void walThatIsGoneBeginsAGeneration() throws Exception {
    run(source, "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
    for (int segment = 0; segment < 4; segment++) {
      run(source, "INSERT INTO t VALUES (" + segment + ")", "SELECT pg_switch_wal()");
    }
    run(source, "CHECKPOINT", "ALTER SYSTEM RESET max_slot_wal_keep_size");
    run(source, "SELECT pg_reload_conf()");
    slot(slot -> assertThat(slot.describe().orElseThrow().lost()).isTrue());
    SourceIdentity next = establish();
    slot(slot -> assertThat(slot.describe().orElseThrow().lost()).isFalse());
    assertSeededAnew(next, "removed WAL");
  }

  @Test
  void anotherServerTimelineOrPartitionCountBeginsAGeneration() throws Exception {
    store(identity("7", 1, 4));
    assertSeededAnew(establish(), "another server");
    store(identity(first.systemIdentifier(), 9, 4));
    establish();
    assertThat(bench.table("t").reason()).contains("another timeline");
    bench.hub.partitions = 5;
    establish();
    assertThat(bench.table("t").reason()).contains("partitions");
  }

  @Test
  void aHubThatWasCreatedAnewBeginsAGeneration() throws Exception {
    bench.hub.created = bench.hub.created.map(at -> at.plusSeconds(1));
    assertSeededAnew(establish(), "hub was created anew");
  }

  @Test
  void aHubOfUnknownAgeIsRememberedOnceItIsKnown() {
    store(first.of(Optional.empty()));
    assertThat(establish()).isEqualTo(first);
    assertThat(bench.mirror.identity()).contains(first);
  }

  private SourceIdentity identity(String system, int timeline, int partitions) {
    return new SourceIdentity(
        system,
        timeline,
        first.slot(),
        partitions,
        first.hub(),
        first.generation(),
        first.reason());
  }

  private void store(SourceIdentity identity) {
    bench.mirror.identities().put(SourceIdentity.DOCUMENT, identity);
  }

  @Test
  void aSourceThatIsBehindWhatWasSentBeginsAGeneration() throws Exception {
    Position beyond = new Position(first.generation(), Long.MAX_VALUE, 1);
    MirrorRun run =
        MirrorRun.initial(bench.clock.instant())
            .observe(
                MirrorRun.Phase.RUNNING,
                Optional.empty(),
                Optional.of(beyond),
                0,
                bench.clock.instant());
    bench.mirror.runs().put(MirrorRun.DOCUMENT, run);
    assertSeededAnew(establish(), "earlier state");
  }

  @Test
  void publicationsThatHadToBeMadeAnewNeedANewSlot() throws Exception {
    long before = confirmed();
    run(source, "DROP PUBLICATION " + SourceNames.of(bench.mirror.mirror()).full());
    SourceIdentity next = establish();
    assertThat(confirmed()).isGreaterThan(before);
    assertSeededAnew(next, "publications");
  }

  private long confirmed() throws SQLException {
    try (Connection connection = open(source)) {
      return new ReplicationSlot(connection, first.slot())
          .describe()
          .orElseThrow()
          .confirmedFlush();
    }
  }

  @Test
  void aFailedTableIsSeededAnewToo() throws Exception {
    run(source, "DROP TABLE t");
    bench.discover();
    slot(ReplicationSlot::drop);
    establish();
    TableState table = bench.table("t");
    assertThat(table.at(2, SeedStage.REQUESTED)).isTrue();
  }

  @Test
  void withoutItsOffsetTheStreamDoesNotGoOn() throws Exception {
    bench.store.get(bench.mirror.mirror(), OffsetDocument.NAME).ifPresent(bench.store::delete);
    assertSeededAnew(establish(), "place in the stream was lost");
  }

  @Test
  void aSlotThatWasAdvancedByHandBeginsAGeneration() throws Exception {
    run(
        source,
        "SELECT pg_logical_emit_message(true, 'x', '')",
        "SELECT pg_replication_slot_advance('" + first.slot() + "', pg_current_wal_lsn())");
    assertSeededAnew(establish(), "moved ahead");
  }

  /** Where the transaction with this message has its commit record. */
  private record Commit(long lsn, long endLsn, long micros) {}

  private Commit commit() throws SQLException {
    try (Connection connection = source.open()) {
      one(connection, "SELECT pg_logical_emit_message(true, 'delta-mirror', '')");
      String commit =
          one(
                  connection,
                  "SELECT encode(data, 'hex') FROM pg_logical_slot_peek_binary_changes('"
                      + first.slot()
                      + "', NULL, NULL, 'proto_version', '1', 'publication_names', '\""
                      + SourceNames.of(bench.mirror.mirror()).full()
                      + "\"', 'messages', 'true') WHERE get_byte(data, 0) = 67"
                      + " ORDER BY lsn DESC LIMIT 1")
              .substring(4);
      return new Commit(hex(commit, 0), hex(commit, 1), hex(commit, 2) + 946_684_800_000_000L);
    }
  }

  private static long hex(String text, int number) {
    return Long.parseUnsignedLong(text, 16 * number, 16 * number + 16, 16);
  }

  private void storeOffset(Commit at, long micros) {
    storeOffset(at, micros, at.endLsn());
  }

  private void storeOffset(Commit at, long micros, long endLsn) {
    new OffsetDocument(bench.store, bench.mirror.mirror())
        .write(new StreamOffset(first.generation(), at.lsn(), endLsn, micros, Map.of()));
  }

  /** WAL that is of no concern to the mirror; returns where it ends. */
  private long walOfOthers() throws SQLException {
    run(source, "CREATE TABLE IF NOT EXISTS bad (id int)", "INSERT INTO bad VALUES (1)");
    return Position.parseLsn(one(source, "SELECT pg_current_wal_lsn()"));
  }

  @Test
  void aSlotBehindTheOffsetGoesOnWhereItsWalHasTheOffsetsTransaction() throws Exception {
    Commit at = commit();
    storeOffset(at, at.micros());
    assertThat(establish()).isEqualTo(first);
  }

  @Test
  void aSlotThatWasToldOfTheOffsetsTransactionButNotOfTheQuietBehindItGoesOn() throws Exception {
    Commit at = commit();
    run(
        source,
        "SELECT pg_replication_slot_advance('"
            + first.slot()
            + "', '"
            + Position.lsnText(at.endLsn())
            + "')");
    storeOffset(at, at.micros(), walOfOthers());
    assertThat(establish()).isEqualTo(first);
  }

  @Test
  void aSlotBehindAnOffsetThatMovedOnInQuietGoesOn() throws Exception {
    Commit at = commit();
    storeOffset(at, at.micros(), walOfOthers());
    assertThat(establish()).isEqualTo(first);
  }

  @Test
  void aTransactionWhereTheOffsetSawQuietIsOfAnotherHistory() throws Exception {
    Commit at = commit();
    Commit unseen = commit();
    storeOffset(at, at.micros(), unseen.endLsn());
    assertSeededAnew(establish(), "restored to an earlier state");
  }

  @Test
  void walThatHasGrownPastTheOffsetWithoutItsTransactionIsAnotherHistory() throws Exception {
    Commit at = commit();
    commit();
    storeOffset(at, at.micros() - 1);
    assertSeededAnew(establish(), "restored to an earlier state");
  }

  @Test
  void anOldGenerationIsDrainedBeforeTheNextOneBegins() throws Exception {
    Commit at = commit();
    storeOffset(at, at.micros());
    bench.hub.partitions = 5;
    SourceIdentity next = establish();
    assertThat(next.reason()).contains("the hub's number of partitions has changed");
    assertThat(bench.mirror.marks().list(PartitionMark.PREFIX))
        .hasSize(4)
        .allMatch(mark -> mark.position().equals(Position.endOf(first.generation(), at.lsn())));
  }

  @Test
  void whatCannotBeDrainedIsSaidAndReplaced() throws Exception {
    Commit at = commit();
    storeOffset(at, at.micros());
    bench.hub.partitions = 5;
    bench.hub.applied = 2;
    assertSeededAnew(establish(), "partitions [2, 3] of the old generation are not applied");
  }

  @Test
  void aWorkerThatIsToldToStopLeavesTheDrainingToTheNextOne() throws Exception {
    Commit at = commit();
    storeOffset(at, at.micros());
    bench.hub.partitions = 5;
    bench.hub.applied = 2;
    CountDownLatch stop = new CountDownLatch(1);
    stop.countDown();
    assertThatThrownBy(() -> bench.establish(stop)).isInstanceOf(MirrorException.class);
    assertThat(bench.mirror.identity()).contains(first);
    assertThat(bench.table("t").stage()).isEqualTo(SeedStage.LIVE);
    bench.hub.applied = 4;
    assertThat(establish().reason()).contains("the hub's number of partitions has changed");
  }

  @Test
  void aHubThatIsGoneIsNotAskedToCarryWhatWasInIt() throws Exception {
    Commit at = commit();
    storeOffset(at, at.micros());
    bench.hub.created = bench.hub.created.map(created -> created.plusSeconds(1));
    assertSeededAnew(establish(), "partitions [0, 1, 2, 3] of the old generation");
    assertThat(bench.mirror.marks().list(PartitionMark.PREFIX)).isEmpty();
  }

  @Test
  void generationsGrowThoughTheClockGoesBackAndDocumentsAreLost() throws Exception {
    bench.clock.advance(Duration.ofDays(-400));
    slot(ReplicationSlot::drop);
    SourceIdentity second = establish();
    assertThat(second.generation()).isEqualTo(first.generation() + 1);
    bench.mirror.identities().delete(SourceIdentity.DOCUMENT);
    assertThat(establish().generation()).isEqualTo(second.generation() + 1);
  }
}
