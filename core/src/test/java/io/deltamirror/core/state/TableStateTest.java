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
}
