package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Hash;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.lake.apply.DeadLetterReplay.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events that cannot be used: of them, of their table, and of the others. */
class DeadLetterTest {
  @TempDir Path folder;
  private final SourceTable table = SourceTable.accounts();
  private final SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
  private MirroredLake lake;

  @BeforeEach
  void open() throws IOException {
    lake = new MirroredLake(folder);
    lake.live(table, List.<Object[]>of(row(1, "n", "d")));
    lake.live(other, List.<Object[]>of(row(1, "n", "d")));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  /** Header as it was, blocks cut off. */
  private static byte[] damaged(byte[] event) {
    return Arrays.copyOf(event, event.length - 20);
  }

  /** As a later version of the format would be. */
  private static byte[] ofAnotherVersion(byte[] event) {
    byte[] bent = event.clone();
    String text = new String(event, StandardCharsets.ISO_8859_1);
    bent[text.indexOf("mirror.version") + "mirror.version".length() + 1] = '7';
    return bent;
  }

  private void assertFailed(ErrorCode code) {
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.state(table).fault().orElseThrow().code()).isEqualTo(code);
  }

  /** What the worker does with a table at SEEDED. */
  private void drain() throws IOException {
    lake.apply(table.seedReady(1));
  }

  @Test
  void aBatchWithDamagedBlocksFailsItsTableAloneAndIsKept() throws IOException {
    byte[] before = table.transaction().insert(2, "n", "d").event();
    byte[] bad = damaged(table.transaction().insert(3, "n", "d").event());
    byte[] after = table.transaction().insert(4, "n", "d").event();

    lake.apply(before, bad, other.transaction().insert(2, "n", "d").event(), after);

    assertFailed(ErrorCode.MALFORMED_EVENT);
    assertThat(lake.spooled(table, 1)).hasSize(3);
    assertThat(lake.rows(other)).hasSize(2);
    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.code()).isEqualTo(ErrorCode.MALFORMED_EVENT);
              assertThat(letter.table()).contains("public.accounts");
              assertThat(letter.oid()).contains(table.oid());
              assertThat(letter.mirror()).contains("m");
              assertThat(letter.header()).containsEntry("mirror.fence", "1");
              assertThat(letter.header()).containsKey("mirror.last");
              assertThat(lake.letters().body(letter)).isEqualTo(bad);
            });
  }

  @Test
  void deliveredAgainNothingIsAdded() throws IOException {
    byte[] bad = damaged(table.transaction().insert(3, "n", "d").event());
    byte[] garbage = {1, 2, 3};
    lake.apply(garbage, bad);
    List<DeadLetter> first = lake.deadLetters();

    lake.apply(garbage, bad);
    lake.apply(bad, garbage);

    assertThat(lake.deadLetters()).isEqualTo(first).hasSize(2);
    assertThat(lake.spooled(table, 1)).hasSize(1);
  }

  @Test
  void aHeaderThatNamesItsTableFailsItAlsoWhenTheEventCannotBeDecoded() throws IOException {
    byte[] before = table.transaction().insert(2, "n", "d").event();
    byte[] good = table.transaction().insert(3, "n", "d").event();
    byte[] after = table.transaction().insert(4, "n", "d").event();

    lake.apply(before, ofAnotherVersion(good), after);

    assertFailed(ErrorCode.MALFORMED_EVENT);
    assertThat(lake.rows(table)).hasSize(2);
    assertThat(lake.spooled(table, 1)).hasSize(1);

    // The software that can read it, as it were: the body is what it should have been.
    DeadLetter letter = lake.deadLetters().get(0);
    assertThat(lake.replay(letter).outcome()).isEqualTo(Outcome.STILL_BAD);
    assertThat(lake.deadLetters()).containsExactly(letter);
    lake.storage()
        .replace(
            "Files/_delta-mirror/dead-letters/m/changes-3/"
                + letter.sha256().substring(0, 32)
                + ".avro",
            good);
    assertThat(lake.replay(letter).outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(lake.deadLetters()).isEmpty();
    drain();

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aLargeBatchThatIsRestoredIsReplayedInItsPlace() throws IOException {
    ChangeBatch batch = table.transaction().insert(3, "large", "d").batch();
    String hash = Hash.hex(batch.body());
    String path =
        LakePaths.large("m", table.oid(), batch.header().first(), batch.header().last(), hash);
    byte[] reference =
        EventCodec.encode(new BatchReference(batch.header(), path, batch.body().length, hash));
    lake.apply(reference, table.transaction().update(3, "later", "d").event());
    assertFailed(ErrorCode.MALFORMED_EVENT);
    DeadLetter letter = lake.deadLetters().get(0);
    assertThat(lake.replay(letter).message()).contains("is missing");

    lake.storage().create(path, batch.body());
    assertThat(lake.replay(letter).outcome()).isEqualTo(Outcome.REPLAYED);
    lake.apply(table.transaction().insert(5, "live", "d").event());
    drain();

    assertThat(lake.rows(table).get(3L)).containsExactly(3L, "later", "d");
    assertThat(lake.rows(table).keySet()).containsExactly(1L, 3L, 5L);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void aReplayAfterAReseedChangesNothing() throws IOException {
    byte[] bad = damaged(table.transaction().insert(3, "n", "d").event());
    lake.apply(bad);
    DeadLetter letter = lake.deadLetters().get(0);
    lake.update(table, state -> state.reseed(table.schema(), "by hand", MirroredLake.NOW));
    assertThat(lake.replay(letter).outcome()).isEqualTo(Outcome.STILL_BAD);

    lake.apply(table.seedBegin(2));
    lake.copy(table, 2, MirroredLake.SNAPSHOT, List.<Object[]>of(row(1, "n", "d")));
    lake.apply(table.seedReady(2), bad);

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.LIVE);
  }

  @Test
  void aReplayOfWhatTheTableIsPastSaysSo() throws IOException {
    byte[] good = table.transaction().insert(3, "n", "d").event();
    lake.apply(ofAnotherVersion(good));
    DeadLetter letter = lake.deadLetters().get(0);
    lake.storage()
        .replace(
            "Files/_delta-mirror/dead-letters/m/changes-3/"
                + letter.sha256().substring(0, 32)
                + ".avro",
            good);
    lake.update(table, state -> state.reseed(table.schema(), "by hand", MirroredLake.NOW));
    assertThat(lake.replay(letter).outcome()).isEqualTo(Outcome.NOT_NEEDED);
    lake.apply(table.seedBegin(2));
    lake.copy(table, 2, MirroredLake.SNAPSHOT, List.<Object[]>of(row(1, "n", "d")));
    lake.apply(table.seedReady(2));

    DeadLetterReplay.Result result = lake.replay(letter);

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_NEEDED);
    assertThat(result.message()).contains("is past it");
    assertThat(lake.deadLetters()).hasSize(1);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  /** An old checkpoint, and a process that remembers how the table was before. */
  @Test
  void aBadEventThatTheTableIsPastByAnotherProcessDoesNotFailIt() throws IOException {
    byte[] good = table.transaction().insert(3, "n", "d").event();
    try (MirroredLake elsewhere = new MirroredLake(folder)) {
      elsewhere.apply(good);
    }

    lake.apply(ofAnotherVersion(good));

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.deadLetters()).hasSize(1);
  }

  @Test
  void aDamagedBatchInTheSpoolFailsTheTableWhenItsTurnComes() throws IOException {
    lake.update(table, state -> state.reseed(table.schema(), "by hand", MirroredLake.NOW));
    lake.apply(table.seedBegin(2), damaged(table.transaction().insert(3, "n", "d").event()));
    assertThat(lake.deadLetters()).isEmpty();
    lake.copy(table, 2, MirroredLake.SNAPSHOT, List.<Object[]>of(row(1, "n", "d")));

    lake.apply(table.seedReady(2));

    assertFailed(ErrorCode.MALFORMED_EVENT);
    assertThat(lake.deadLetters()).hasSize(1);
    assertThat(lake.spooled(table, 2)).hasSize(1);
  }
}
