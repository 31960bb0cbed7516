package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Hash;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeApplierTest {
  @TempDir Path folder;
  private MirroredLake lake;
  private final SourceTable table = SourceTable.accounts();

  @BeforeEach
  void openLake() throws IOException {
    lake = new MirroredLake(folder);
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  private static List<Object[]> rows(long from, long to) {
    return LongStream.range(from, to).mapToObj(id -> row(id, "n" + id, "d" + id)).toList();
  }

  @Test
  void everyKindOfChangeIsApplied() throws IOException {
    lake.live(table, rows(0, 10));
    table.transaction().insert(20, "new", null).update(3, "changed", "D3").delete(5);
    table.transaction().updateKey(7, 70, "moved", "D7");

    lake.apply(table.event());

    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 2L, 3L, 4L, 6L, 8L, 9L, 20L, 70L);
    assertThat(lake.rows(table).get(3L)).containsExactly(3L, "changed", "D3");
    assertThat(lake.rows(table).get(20L)).isEqualTo(asList(20L, "new", null));
    assertThat(lake.rows(table).get(70L)).containsExactly(70L, "moved", "D7");
    assertThat(lake.applied(table)).isEqualTo(table.sent());
  }

  @Test
  void batchesOfAnInvocationBecomeOneCommit() throws IOException {
    lake.live(table, List.of());
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      events.add(table.transaction().insert(i, "n", "d").event());
    }

    lake.apply(events);

    assertThat(lake.version(table)).isEqualTo(1);
    assertThat(lake.rows(table)).hasSize(5);
  }

  @Test
  void lastStateOfAKeyCounts() throws IOException {
    lake.live(table, rows(0, 3));
    table.transaction().insert(5, "a", "d").update(5, "b", "d").delete(5).insert(5, "c", "d");
    table.transaction().update(1, "x", "d").delete(1);
    table.transaction().delete(2).insert(2, "again", null);

    lake.apply(table.event());

    assertThat(lake.rows(table).keySet()).containsExactly(0L, 2L, 5L);
    assertThat(lake.rows(table).get(5L)).containsExactly(5L, "c", "d");
    assertThat(lake.rows(table).get(2L)).isEqualTo(asList(2L, "again", null));
  }

  @Test
  void sameEventsAgainChangeNothing() throws IOException {
    lake.live(table, rows(0, 3));
    byte[] first = table.transaction().insert(5, "a", "d").event();
    byte[] second = table.transaction().update(5, "b", "d").event();
    lake.apply(first, second);
    long version = lake.version(table);

    lake.apply(first, second);
    lake.apply(second);

    assertThat(lake.version(table)).isEqualTo(version);
    assertThat(lake.rows(table).get(5L)).containsExactly(5L, "b", "d");
  }

  @Test
  void overlappingBatchIsCut() throws IOException {
    lake.live(table, rows(0, 3));
    Position before = table.sent();
    ChangeWriter again = new ChangeWriter(new RowCodec(table.schema()));
    RowChange insert = change(RowChange.Kind.INSERT, 2_000, 1, row(5, "a", "d"));
    RowChange update = change(RowChange.Kind.UPDATE, 2_000, 2, row(5, "b", "d"));
    again.add(insert);
    lake.apply(EventCodec.encode(again.finish("m", 1, before)));

    again.add(insert);
    again.add(update);
    lake.apply(EventCodec.encode(again.finish("m", 2, before)));

    assertThat(lake.rows(table).get(5L)).containsExactly(5L, "b", "d");
    assertThat(lake.applied(table)).isEqualTo(new Position(7, 2_000, 2));
  }

  private static RowChange change(RowChange.Kind kind, long lsn, long ordinal, Object[] row) {
    return new RowChange(kind, lsn, ordinal, 1, 0, null, row, RowChange.NONE);
  }

  @Test
  void missingBatchReseedsTheTableAndDropsWhatFollows() throws IOException {
    lake.live(table, rows(0, 3));
    byte[] first = table.transaction().insert(10, "a", "d").event();
    table.transaction().insert(11, "lost", "d").event();
    byte[] third = table.transaction().insert(12, "c", "d").event();
    byte[] fourth = table.transaction().insert(13, "d", "d").event();

    lake.apply(first, third, fourth);

    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 2L, 10L);
    assertThat(lake.state(table).seed()).isEqualTo(2);
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.RESEEDING);
    assertThat(lake.state(table).reason()).startsWith("GAP_IN_STREAM");
    assertThat(lake.spooled(table, 2)).isEmpty();
  }

  @Test
  void keysSwapThroughAThirdOne() throws IOException {
    lake.live(table, rows(1, 3));
    table
        .transaction()
        .updateKeyAndNote(1, 99, "n1")
        .updateKeyAndNote(2, 1, "n2")
        .updateKeyAndNote(99, 2, "n1");

    lake.apply(table.event());

    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "n2", "d2");
    assertThat(lake.rows(table).get(2L)).containsExactly(2L, "n1", "d1");
  }

  @Test
  void deferrableKeysSwapDirectly() throws IOException {
    SourceTable full = new SourceTable(16_500, "swapped", ReplicaIdentity.FULL);
    lake.live(full, rows(1, 3));
    full.transaction()
        .replace(row(1, "n1", "d1"), row(2, "n1", null), 2)
        .replace(row(2, "n2", "d2"), row(1, "n2", null), 2);

    lake.apply(full.event());

    assertThat(lake.rows(full).get(1L)).containsExactly(1L, "n2", "d2");
    assertThat(lake.rows(full).get(2L)).containsExactly(2L, "n1", "d1");
  }

  @Test
  void unchangedValueComesFromTheSameBatch() throws IOException {
    lake.live(table, rows(0, 3));
    table.transaction().insert(5, "a", "big").updateNote(5, "b").updateKeyAndNote(5, 6, "c");

    lake.apply(table.event());

    assertThat(lake.rows(table).get(6L)).containsExactly(6L, "c", "big");
    assertThat(lake.rows(table)).doesNotContainKey(5L);
  }

  @Test
  void unchangedValueComesFromTheMirror() throws IOException {
    lake.live(table, rows(0, 1000));
    table.transaction().insert(2000, "new", "D2000");
    lake.apply(table.event());
    table.transaction();
    for (long id = 0; id < 1000; id += 7) {
      table.updateNote(id, "x" + id);
    }
    table.updateKeyAndNote(2000, 3000, "moved").updateNote(3000, "moved twice");

    lake.apply(table.event());

    assertThat(lake.rows(table)).hasSize(1001);
    var rows = lake.rows(table);
    for (long id = 0; id < 1000; id++) {
      assertThat(rows.get(id)).containsExactly(id, (id % 7 == 0 ? "x" : "n") + id, "d" + id);
    }
    assertThat(rows.get(3000L)).containsExactly(3000L, "moved twice", "D2000");
  }

  @Test
  void unchangedValueOfAnUnknownRowReseeds() throws IOException {
    lake.live(table, rows(0, 3));
    table.transaction().updateNote(77, "x");

    lake.apply(table.event());

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.rows(table)).hasSize(3);
  }

  @Test
  void truncateRemovesAllAndLaterInsertsStay() throws IOException {
    lake.live(table, rows(0, 10));
    table.transaction().insert(20, "before", "d").truncate().insert(3, "after", "d");
    table.transaction().updateNote(3, "later");

    lake.apply(table.event());

    assertThat(lake.rows(table).values()).containsExactly(asList(3L, "later", "d"));
  }

  @Test
  void upsertAndNoOpForRowsThatAreNotThere() throws IOException {
    lake.live(table, rows(0, 2));
    table.transaction().update(8, "x", "d").delete(9).insert(1, "again", "d");

    lake.apply(table.event());

    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 8L);
    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "again", "d");
  }

  @Test
  void oneFileLosesRowsInManyCommitsUntilItIsGone() throws IOException {
    lake.live(table, rows(0, 20));
    for (long id = 0; id < 20; id++) {
      lake.apply(table.transaction().delete(id).event());
    }

    assertThat(lake.rows(table)).isEmpty();
    assertThat(lake.tables().of(table.schema().name()).reload().orElseThrow().files()).isEmpty();
  }

  @Test
  void changesWithoutEffectMoveOnlyThePosition() throws IOException {
    lake.live(table, rows(0, 2));

    lake.apply(table.transaction().insert(9, "a", "d").delete(9).event());

    assertThat(lake.applied(table)).isEqualTo(table.sent());
    assertThat(lake.tables().of(table.schema().name()).current().orElseThrow().files()).hasSize(1);
  }

  @Test
  void smallBudgetCommitsInSlices() throws IOException {
    lake.close();
    lake = new MirroredLake(folder, ApplyOptions.DEFAULT.withMemoryBytes(20_000), s -> s);
    lake.live(table, rows(0, 500));
    table.transaction();
    for (long id = 0; id < 500; id++) {
      table.updateNote(id, "x" + id);
    }

    lake.apply(table.event());

    assertThat(lake.version(table)).isGreaterThan(5);
    assertThat(lake.rows(table)).hasSize(500);
    assertThat(lake.rows(table).get(499L)).containsExactly(499L, "x499", "d499");
  }

  @Test
  void batchByReferenceIsReadFromTheLake() throws IOException {
    lake.live(table, rows(0, 2));
    ChangeBatch batch = table.transaction().insert(9, "large", "d").batch();
    BatchReference reference = store(batch, UnaryOperator.identity());

    lake.apply(EventCodec.encode(reference));

    assertThat(lake.rows(table).get(9L)).containsExactly(9L, "large", "d");
  }

  private BatchReference store(ChangeBatch batch, UnaryOperator<String> hash) throws IOException {
    String named = hash.apply(Hash.hex(batch.body()));
    String path =
        LakePaths.large("m", table.oid(), batch.header().first(), batch.header().last(), named);
    lake.storage().create(path, batch.body());
    return new BatchReference(batch.header(), path, batch.body().length, named);
  }

  @Test
  void damagedLargeBatchFailsTheTableOnly() throws IOException {
    SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
    lake.live(table, rows(0, 2));
    lake.live(other, rows(0, 2));
    ChangeBatch batch = table.transaction().insert(9, "large", "d").batch();
    BatchReference reference = store(batch, hash -> "00" + hash.substring(2));

    lake.apply(EventCodec.encode(reference), other.transaction().delete(1).event());

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.state(table).fault().orElseThrow().code()).isEqualTo(ErrorCode.MALFORMED_EVENT);
    assertThat(lake.rows(other)).hasSize(1);
  }

  @Test
  void batchOfAShapeThatTheRowsCannotTakeReseedsItsTableAlone() throws IOException {
    SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
    lake.live(table, rows(0, 2));
    lake.live(other, rows(0, 2));
    TableSchema wider =
        new TableSchema(
            table.oid(),
            table.schema().name(),
            List.of(
                table.schema().columns().get(0),
                table.schema().columns().get(1),
                new Column(3, "document", 20, -1, "bigint", 0)),
            ReplicaIdentity.DEFAULT);
    ChangeWriter writer = new ChangeWriter(new RowCodec(wider));
    writer.add(change(RowChange.Kind.INSERT, 9_000, 1, new Object[] {5L, null, 7L}));

    lake.apply(
        EventCodec.encode(writer.finish("m", 1, table.sent())),
        other.transaction().insert(9, "n", "d").event());

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.RESEEDING);
    assertThat(lake.state(table).reason()).startsWith("SHAPE_CHANGED");
    assertThat(lake.rows(table)).hasSize(2);
    assertThat(lake.rows(other)).hasSize(3);
    assertThat(lake.state(other).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void unreadableEventIsKeptAside() throws IOException {
    lake.live(table, rows(0, 2));
    byte[] garbage = {1, 2, 3};

    lake.apply(garbage, table.transaction().delete(1).event());

    assertThat(lake.rows(table)).hasSize(1);
    DeadLetter letter = lake.deadLetters().get(0);
    assertThat(lake.letters().body(letter)).isEqualTo(garbage);
    assertThat(letter.partition()).isEqualTo(3);
    assertThat(letter.table()).isEmpty();
  }

  @Test
  void watermarkNeverGoesBack() throws IOException {
    Position late = new Position(7, 500, 0);
    lake.apply(watermark(late));
    lake.apply(watermark(new Position(7, 400, 0)));

    PartitionMark mark = lake.state().marks().get(PartitionMark.document(3)).orElseThrow();
    assertThat(mark.position()).isEqualTo(late);
    assertThat(mark.partition()).isEqualTo(3);
  }

  private static byte[] watermark(Position position) {
    return EventCodec.encode(new HubEvent.Watermark("m", 1, position, 1));
  }

  @Test
  void progressTellsHowFarTheTableIs() throws IOException {
    lake.live(table, rows(0, 10));

    lake.apply(table.transaction().delete(1).insert(20, "n", "d").event());

    TableProgress progress =
        lake.state().progress().get(TableProgress.document(table.oid())).orElseThrow();
    assertThat(progress.applied()).contains(table.sent());
    assertThat(progress.rows()).isEqualTo(10);
    assertThat(progress.processedRows()).isEqualTo(2);
    assertThat(progress.processedBytes()).isPositive();
    assertThat(progress.version()).isEqualTo(1);
    assertThat(progress.latencyMillis()).isEqualTo(5_000);
  }

  @Test
  void eventsOfATableThatIsNotMirroredAreDropped() throws IOException {
    lake.apply(table.transaction().insert(1, "n", "d").event());

    assertThat(lake.tables().of(table.schema().name()).reload()).isEmpty();
    assertThat(lake.state().table(table.oid())).isEmpty();
  }

  @Test
  void deltaTableThatIsGoneIsSeededAnew() throws IOException {
    lake.live(table, rows(0, 2));
    lake.storage().deleteFolder(LakePaths.table(table.schema().name()));
    lake.tables().of(table.schema().name()).reload();

    lake.apply(table.transaction().insert(9, "n", "d").event());

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.state(table).seed()).isEqualTo(2);
  }
}
