package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Hash;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.hub.HubHistory.From;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that an invocation should have been given and was not. */
class HoleTest {
  @TempDir Path folder;
  private MirroredLake lake;
  private RecordedHub hub;
  private final SourceTable table = SourceTable.accounts();

  @BeforeEach
  void openLake() throws IOException {
    lake = new MirroredLake(folder);
    hub = lake.hub();
    lake.live(table, List.<Object[]>of(row(1, "n", "d")));
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  /** An event that is sent, and never given to the applier. */
  private void skipped(byte[] event) {
    hub.send(event);
  }

  private byte[] insert(long id) {
    return table.transaction().insert(id, "n", "d").event();
  }

  private void assertLive(Long... ids) throws IOException {
    assertThat(lake.rows(table).keySet()).containsExactly(ids);
    assertThat(lake.state(table).at(1, SeedStage.LIVE)).isTrue();
    assertThat(lake.applied(table)).isEqualTo(table.sent());
  }

  @Test
  void skippedEventsAreReadAgainFromTheHub() throws IOException {
    skipped(insert(2));
    skipped(table.transaction().delete(1).event());

    lake.apply(hub.send(insert(3)));

    assertLive(2L, 3L);
    assertThat(lake.version(table)).as("with the batch at hand, in one commit").isEqualTo(1);
  }

  @Test
  void theReadingEndsAtTheBatchAtHand() throws IOException {
    skipped(insert(2));
    byte[] atHand = hub.send(insert(3));
    hub.send(insert(4));

    lake.apply(atHand);

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void onlyTheTablesOwnBatchesAreTaken() throws IOException {
    SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
    lake.live(other, List.of());
    skipped(other.transaction().insert(7, "n", "d").event());
    skipped(insert(2));
    hub.send(new byte[] {1, 2, 3});

    lake.apply(hub.send(insert(3)));

    assertLive(1L, 2L, 3L);
    assertThat(lake.rows(other)).isEmpty();
  }

  @Test
  void aNearStartIsTriedFirstAndTheWholeLogBeforeAHoleIsConfirmed() throws IOException {
    lake.apply(hub.send(insert(2)));
    skipped(insert(3));
    hub.startLateBy(2);

    lake.apply(hub.send(insert(4)));

    assertLive(1L, 2L, 3L, 4L);
    assertThat(hub.readings()).hasSize(2);
    assertThat(hub.readings().get(0)).isInstanceOf(From.Since.class);
    assertThat(hub.readings().get(1)).isInstanceOf(From.Beginning.class);
  }

  @Test
  void hubThatIsAwayConfirmsNothing() throws IOException {
    skipped(insert(2));
    byte[] atHand = hub.send(insert(3));
    hub.goAway(true);

    assertThatThrownBy(() -> lake.apply(atHand))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HUB_UNAVAILABLE));
    assertThat(lake.state(table).at(1, SeedStage.LIVE)).isTrue();
    hub.goAway(false);
    lake.apply(atHand);

    assertLive(1L, 2L, 3L);
  }

  @Test
  void confirmedHoleReseedsThatTableAloneAndSaysWhy() throws IOException {
    SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
    lake.live(other, List.of());
    final Position before = table.sent();
    skipped(insert(2));
    final Position lost = table.sent();
    skipped(insert(3));
    hub.forget(1);

    lake.apply(hub.send(insert(4)), other.transaction().insert(7, "n", "d").event());

    assertThat(lake.state(table).at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.RESEEDING);
    assertThat(lake.state(table).reason())
        .startsWith("GAP_IN_STREAM: changes between " + before + " and ")
        .endsWith("are missing: they are no longer in the hub");
    assertThat(lost.isAfter(before)).isTrue();
    assertThat(lake.state(other).at(1, SeedStage.LIVE)).isTrue();
    assertThat(lake.rows(other).keySet()).containsExactly(7L);
  }

  @Test
  void whatIsFoundBeforeTheHoleIsKept() throws IOException {
    skipped(insert(2));
    final Position found = table.sent();
    insert(3);

    lake.apply(hub.send(insert(4)));

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L);
    assertThat(lake.applied(table)).isEqualTo(found);
    assertThat(lake.state(table).reason()).contains("changes between " + found);
  }

  @Test
  void readingThatTakesTooLongEndsInAReseed() throws IOException {
    skipped(insert(2));
    skipped(insert(3));
    hub.slowDown();

    lake.apply(hub.send(insert(4)));

    assertThat(lake.state(table).at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(lake.state(table).reason()).endsWith("were not found in the hub in time");
  }

  @Test
  void skippedLargeBatchIsReadFromTheLake() throws IOException {
    skipped(reference(true));

    lake.apply(hub.send(insert(3)));

    assertLive(1L, 2L, 3L);
  }

  @Test
  void skippedLargeBatchThatIsGoneIsAConfirmedHole() throws IOException {
    skipped(reference(false));

    lake.apply(hub.send(insert(3)));

    assertThat(lake.state(table).at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(lake.state(table).reason()).startsWith("GAP_IN_STREAM").contains("is missing");
  }

  @Test
  void skippedBatchThatIsDamagedIsAConfirmedHoleAndTheOneAtHandIsNotBlamed() throws IOException {
    byte[] event = insert(2);
    skipped(Arrays.copyOf(event, event.length - 20));

    lake.apply(hub.send(insert(3)));

    assertThat(lake.state(table).at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(lake.state(table).reason()).startsWith("GAP_IN_STREAM");
    assertThat(lake.deadLetters()).isEmpty();
  }

  private byte[] reference(boolean there) throws IOException {
    ChangeBatch batch = table.transaction().insert(2, "n", "d").batch();
    String sha256 = Hash.hex(batch.body());
    String path =
        LakePaths.large(
            SourceTable.MIRROR, table.oid(), batch.header().first(), batch.header().last(), sha256);
    if (there) {
      lake.storage().create(path, batch.body());
    }
    return EventCodec.encode(new BatchReference(batch.header(), path, batch.body().length, sha256));
  }

  /** The worker sends SeedReady again from time to time. */
  @Test
  void missingLastChangeOfATableThatRestsIsReadAgain() throws IOException {
    skipped(insert(2));

    lake.apply(hub.send(table.seedReady(1)));

    assertLive(1L, 2L);
  }

  @Test
  void seedReadyOfATableThatHasEverythingChangesNothing() throws IOException {
    lake.apply(hub.send(insert(2)));
    final long version = lake.version(table);

    lake.apply(hub.send(table.seedReady(1)));

    assertLive(1L, 2L);
    assertThat(lake.version(table)).isEqualTo(version);
    assertThat(hub.readings()).isEmpty();
  }

  /** A reading of a busy partition takes minutes, and each of its tables may have a hole. */
  @Test
  void aReadingEndsAtTheWatermarkThatWhatIsMissingStoodBefore() throws IOException {
    skipped(insert(2));
    hub.forget(1);
    Position end = Position.endOf(SourceTable.GENERATION, table.sent().commitLsn());
    hub.send(EventCodec.encode(new Watermark(SourceTable.MIRROR, 1, end, 0)));
    SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
    for (int id = 1; id <= 10; id++) {
      hub.send(other.transaction().insert(id, "n", "d").event());
    }

    lake.apply(table.seedReady(1));

    assertThat(lake.state(table).at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(hub.handed()).as("the watermark alone").isEqualTo(1);
  }

  /** The partition comes back to a process that remembers how the table was before. */
  @Test
  void whatAnotherProcessAppliedMeanwhileIsNoHole() throws IOException {
    try (MirroredLake other = new MirroredLake(folder)) {
      other.apply(insert(2));
      other.apply(insert(3));
    }

    lake.apply(insert(4), insert(5));

    assertLive(1L, 2L, 3L, 4L, 5L);
    assertThat(hub.readings()).isEmpty();
  }

  @Test
  void whatAnotherProcessAppliedLastIsNoHole() throws IOException {
    try (MirroredLake other = new MirroredLake(folder)) {
      other.apply(insert(2));
    }

    lake.apply(table.seedReady(1));

    assertLive(1L, 2L);
    assertThat(hub.readings()).isEmpty();
  }

  @Test
  void holeInTheSpoolIsFilledFromTheHub() throws IOException {
    SourceTable joining = new SourceTable(16_600, "joining", ReplicaIdentity.DEFAULT);
    lake.join(joining);
    lake.apply(
        hub.send(joining.seedBegin(1)),
        hub.send(joining.transaction().insert(1, "a", "d").event()));
    skipped(joining.transaction().insert(2, "b", "d").event());
    lake.apply(hub.send(joining.transaction().insert(3, "c", "d").event()));
    lake.copy(joining, 1, MirroredLake.SNAPSHOT, List.of());

    lake.apply(hub.send(joining.seedReady(1)));

    assertThat(lake.rows(joining).keySet()).containsExactly(1L, 2L, 3L);
    assertThat(lake.state(joining).at(1, SeedStage.LIVE)).isTrue();
  }

  @Test
  void holeAtTheEndOfTheSpoolIsSeenAtSeedReady() throws IOException {
    SourceTable joining = new SourceTable(16_600, "joining", ReplicaIdentity.DEFAULT);
    lake.join(joining);
    lake.apply(
        hub.send(joining.seedBegin(1)),
        hub.send(joining.transaction().insert(1, "a", "d").event()));
    skipped(joining.transaction().insert(2, "b", "d").event());
    lake.copy(joining, 1, MirroredLake.SNAPSHOT, List.of());

    lake.apply(hub.send(joining.seedReady(1)));

    assertThat(lake.rows(joining).keySet()).containsExactly(1L, 2L);
    assertThat(lake.state(joining).at(1, SeedStage.LIVE)).isTrue();
  }
}
