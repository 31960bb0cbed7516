package io.deltamirror.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableStateTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final TableSchema SCHEMA =
      new TableSchema(
          5,
          new TableName("public", "t"),
          List.of(new Column(1, "id", 20, -1, "bigint", 1)),
          ReplicaIdentity.DEFAULT);
  private static final Position FLOOR = new Position(1, 2, 3);
  private static final SeedSnapshot SNAPSHOT = new SeedSnapshot("1:1:", 9);

  private static TableState live() {
    return TableState.initial(SCHEMA, "new", NOW)
        .spooling(1, FLOOR, NOW)
        .copying(1, SCHEMA, SNAPSHOT, NOW)
        .seeded(1, SNAPSHOT.lsn(), NOW)
        .live(1, NOW);
  }

  @Test
  void aSeedGoesThroughItsStagesInOrder() {
    TableState state = live();
    assertThat(state.stage()).isEqualTo(SeedStage.LIVE);
    assertThat(state.status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(state.floor()).contains(FLOOR);
    assertThat(state.snapshot()).contains(SNAPSHOT);
  }

  @Test
  void aStepOfAnotherSeedOrStageChangesNothing() {
    TableState requested = TableState.initial(SCHEMA, "new", NOW);
    assertThat(requested.spooling(2, FLOOR, NOW)).isSameAs(requested);
    assertThat(requested.seeded(1, SNAPSHOT.lsn(), NOW)).isSameAs(requested);
    TableState again = live().reseed(SCHEMA, "asked for", NOW);
    assertThat(again.spooling(1, FLOOR, NOW)).isSameAs(again);
    assertThat(again.status()).isEqualTo(TableStatus.RESEEDING);
    assertThat(again.seed()).isEqualTo(2);
  }

  @Test
  void aCopyUnderASnapshotThatWasGivenUpDoesNotEndTheSeed() {
    SeedSnapshot later = new SeedSnapshot("2:2:", 10);
    TableState copiedAnew =
        TableState.initial(SCHEMA, "new", NOW)
            .spooling(1, FLOOR, NOW)
            .copying(1, SCHEMA, SNAPSHOT, NOW)
            .copyAgain(1, "the snapshot was lost", NOW)
            .copying(1, SCHEMA, later, NOW);
    assertThat(copiedAnew.seeded(1, SNAPSHOT.lsn(), NOW)).isSameAs(copiedAnew);
    assertThat(copiedAnew.seeded(1, later.lsn(), NOW).stage()).isEqualTo(SeedStage.SEEDED);
  }

  @Test
  void aFailedTableTakesNoStep() {
    TableState failed =
        TableState.initial(SCHEMA, "new", NOW).fail(new Fault(ErrorCode.INTERNAL, "x", NOW));
    assertThat(failed.spooling(1, FLOOR, NOW)).isSameAs(failed);
    assertThat(failed.reseed(SCHEMA, "again", NOW).fault()).isEmpty();
  }

  @Test
  void namesThatItHadAreRememberedUntilTheirDeltaTablesAreEmpty() {
    TableState once = live().reseed(named("u"), "renamed", NOW);
    TableState twice = once.spooling(2, FLOOR, NOW).copying(2, named("v"), SNAPSHOT, NOW);

    assertThat(once.shapes().formerNames()).containsExactly(SCHEMA.name());
    assertThat(twice.shapes().formerNames())
        .containsExactly(SCHEMA.name(), new TableName("public", "u"));
    assertThat(twice.reseed(SCHEMA, "back", NOW).shapes().formerNames())
        .containsExactly(new TableName("public", "u"), new TableName("public", "v"));
    assertThat(twice.shapes().without(List.of(SCHEMA.name())).formerNames())
        .containsExactly(new TableName("public", "u"));
    assertThat(Json.read(Json.write(twice), TableState.class)).isEqualTo(twice);
    assertThat(live().reseed(SCHEMA, "asked for", NOW).shapes()).isEqualTo(ShapeHistory.NONE);
  }

  private static TableSchema named(String name) {
    return new TableSchema(
        5, new TableName("public", name), SCHEMA.columns(), ReplicaIdentity.DEFAULT);
  }

  @Test
  void survivesJson() {
    assertThat(Json.read(Json.write(live()), TableState.class)).isEqualTo(live());
    TableState refused =
        TableState.unsupported(
            6, new TableName("a", "b"), new Fault(ErrorCode.NO_PRIMARY_KEY, "none", NOW));
    assertThat(Json.read(Json.write(refused), TableState.class)).isEqualTo(refused);
  }

  private static final TableSchema WIDER =
      SCHEMA.withColumns(
          List.of(new Column(1, "id", 20, -1, "bigint", 1), new Column(2, "v", 25, -1, "text", 0)));

  @Test
  void aSeedInAnotherShapeIsRecordedAndOneInTheSameIsNot() {
    Position at = new Position(1, 20, 0);
    assertThat(live().reseed(SCHEMA, "asked for", at, NOW).shapes().changes()).isEmpty();
    assertThat(live().reseed(WIDER, "it is so", at, NOW).shapes().changes())
        .containsExactly(
            new ShapeChange(
                at,
                NOW,
                List.of("column v text is added", "copied anew: it is so"),
                "id bigint",
                "id bigint, v text",
                2));
  }

  @Test
  void whatHappenedToTheRowsAloneIsRecordedToo() {
    TableState again = live().reseedRecorded(SCHEMA, "rewritten", FLOOR, NOW);
    assertThat(again.at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(again.shapes().changes())
        .singleElement()
        .satisfies(change -> assertThat(change.what()).containsExactly("copied anew: rewritten"));
  }

  @Test
  void whatTheSnapshotShowsFirstIsRecordedOnceForEachSnapshotThatShowsMore() {
    TableState spooling = TableState.initial(SCHEMA, "new", NOW).spooling(1, FLOOR, NOW);
    assertThat(spooling.copying(1, SCHEMA, SNAPSHOT, NOW).shapes().changes()).isEmpty();
    TableState copying = spooling.copying(1, WIDER, SNAPSHOT, NOW);
    ShapeChange change =
        new ShapeChange(
            new Position(FLOOR.generation(), SNAPSHOT.lsn(), 0),
            NOW,
            List.of("column v text is added"),
            "id bigint",
            "id bigint, v text",
            1);
    assertThat(copying.shapes().changes()).containsExactly(change);
    TableState again =
        copying.copyAgain(1, "lost", NOW).copying(1, WIDER, new SeedSnapshot("2:2:", 10), NOW);
    assertThat(again.shapes().changes()).containsExactly(change);
  }

  @Test
  void aDropIsRecorded() {
    TableState dropped = live().dropped("it was dropped", FLOOR, NOW);
    assertThat(dropped.status()).isEqualTo(TableStatus.STOPPED);
    assertThat(dropped.shapes().changes())
        .containsExactly(
            new ShapeChange(FLOOR, NOW, List.of("it was dropped"), "id bigint", "", 0));
  }
}
