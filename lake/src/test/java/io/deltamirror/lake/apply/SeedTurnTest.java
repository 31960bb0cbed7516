package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedTurnTest {
  @TempDir Path folder;
  private final SourceTable table = SourceTable.accounts();

  @Test
  void batchesBeforeTheSeedBeginsAreDropped() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.join(table);

      lake.apply(table.transaction().insert(1, "n", "d").event(), table.seedBegin(1));

      assertThat(lake.state(table).stage()).isEqualTo(SeedStage.SPOOLING);
      assertThat(lake.state(table).floor()).contains(table.sent());
      assertThat(lake.spooled(table, 1)).isEmpty();
    }
  }

  @Test
  void batchesDuringASeedWaitInTheSpoolAndAreApplied() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.join(table);
      lake.apply(table.seedBegin(1), table.transaction().insert(50, "s", "d").event());
      lake.copy(
          table, 1, MirroredLake.SNAPSHOT, List.<Object[]>of(row(1, "n", "d"), row(2, "n", "d")));
      byte[] late = table.transaction().updateNote(50, "s2").delete(1).event();
      lake.apply(late);
      assertThat(lake.spooled(table, 1)).hasSize(2);
      assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L);

      lake.apply(late, table.seedReady(1), table.transaction().insert(60, "l", "d").event());

      assertThat(lake.rows(table).keySet()).containsExactly(2L, 50L, 60L);
      assertThat(lake.rows(table).get(50L)).containsExactly(50L, "s2", "d");
      assertThat(lake.state(table).stage()).isEqualTo(SeedStage.LIVE);
      assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
      assertThat(lake.spooled(table, 1)).isEmpty();
    }
  }

  @Test
  void unchangedValuesOfTheSpoolComeFromTheCopyAndFromTheSpool() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.join(table);
      lake.apply(table.seedBegin(1));
      lake.apply(
          table
              .transaction()
              .updateKeyAndNote(1, 10, "moved")
              .updateKeyAndNote(2, 1, "next")
              .event(),
          table.transaction().insert(50, "s", "S").updateKeyAndNote(50, 51, "s2").event());
      lake.apply(table.transaction().updateKeyAndNote(10, 2, "again").event());
      lake.copy(
          table,
          1,
          MirroredLake.SNAPSHOT,
          List.<Object[]>of(row(0, "n", "d0"), row(1, "n", "d1"), row(2, "n", "d2")));

      lake.apply(table.seedReady(1));

      assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 2L, 51L);
      assertThat(lake.rows(table).get(1L)).containsExactly(1L, "next", "d2");
      assertThat(lake.rows(table).get(2L)).containsExactly(2L, "again", "d1");
      assertThat(lake.rows(table).get(51L)).containsExactly(51L, "s2", "S");
    }
  }

  @Test
  void changesThatTheCopyContainsAreNotAppliedAgain() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.join(table);
      lake.apply(table.seedBegin(1));
      table.transaction().delete(9); // seen: the copy has no row 9, and 9 came again later
      final long seen = table.xid();
      table.transaction().insert(10, "not seen", "d"); // was running
      final long running = table.xid();
      table.transaction().insert(9, "later", "d"); // above xmax
      final long xmax = table.xid();
      lake.apply(table.event());
      SeedSnapshot snapshot =
          new SeedSnapshot(running + ":" + xmax + ":" + running, table.commitLsn() + 1);
      assertThat(seen).isLessThan(running);
      lake.copy(table, 1, snapshot, List.<Object[]>of(row(9, "from the copy", "d")));

      lake.apply(table.seedReady(1), table.transaction().delete(10).event());

      assertThat(lake.rows(table).keySet()).containsExactly(9L);
      assertThat(lake.rows(table).get(9L)).containsExactly(9L, "later", "d");
    }
  }

  @Test
  void copiedChangesThatComeAfterTheSeedAreKnown() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.join(table);
      lake.apply(table.seedBegin(1));
      final byte[] ready = table.seedReady(1);
      byte[] slow = table.transaction().update(1, "old news", "d").event();
      SeedSnapshot snapshot =
          new SeedSnapshot(
              (table.xid() + 5) + ":" + (table.xid() + 5) + ":", table.commitLsn() + 1);
      lake.copy(table, 1, snapshot, List.<Object[]>of(row(1, "newer", "d")));

      lake.apply(ready, slow);

      assertThat(lake.rows(table).get(1L)).containsExactly(1L, "newer", "d");
      assertThat(lake.applied(table)).isEqualTo(table.sent());
    }
  }

  @Test
  void interruptedDrainGoesOnWhereItWas() throws IOException {
    ApplyOptions slices = ApplyOptions.DEFAULT.withMemoryBytes(2_000);
    FaultyStorage[] faulty = new FaultyStorage[1];
    try (MirroredLake lake =
        new MirroredLake(folder, slices, storage -> faulty[0] = new FaultyStorage(storage))) {
      lake.join(table);
      lake.apply(table.seedBegin(1));
      for (int i = 0; i < 20; i++) {
        lake.apply(table.transaction().insert(i, "s" + i, "d").insert(100 + i, "s", "d").event());
      }
      lake.copy(table, 1, MirroredLake.SNAPSHOT, List.of());
      faulty[0].failCommitsFrom(3);

      assertThatThrownBy(() -> lake.apply(table.seedReady(1)))
          .isInstanceOfSatisfying(
              RuntimeException.class, e -> assertThat(Faults.isShared(e)).isTrue());
      assertThat(lake.state(table).stage()).isEqualTo(SeedStage.SEEDED);
      assertThat(lake.version(table)).isEqualTo(2);
      faulty[0].heal();
      lake.apply(table.seedReady(1));

      assertThat(lake.rows(table)).hasSize(40);
      assertThat(lake.state(table).stage()).isEqualTo(SeedStage.LIVE);
      lake.apply(table.seedReady(1));
      assertThat(lake.rows(table)).hasSize(40);
    }
  }

  @Test
  void holeInTheSpoolStartsTheSeedAnew() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.join(table);
      lake.apply(table.seedBegin(1), table.transaction().insert(1, "a", "d").event());
      table.transaction().insert(2, "lost", "d").event();
      lake.apply(table.transaction().insert(3, "c", "d").event());
      lake.copy(table, 1, MirroredLake.SNAPSHOT, List.of());

      lake.apply(table.seedReady(1));

      assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
      assertThat(lake.state(table).seed()).isEqualTo(2);
      assertThat(lake.state(table).status()).isEqualTo(TableStatus.INITIALIZED);
    }
  }

  @Test
  void reseedAfterAGapMakesTheTableWholeAgain() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.live(table, List.<Object[]>of(row(1, "n", "d")));
      table.transaction().insert(2, "lost", "d").event();
      lake.apply(table.transaction().insert(3, "c", "d").event());
      assertThat(lake.state(table).seed()).isEqualTo(2);

      lake.apply(table.seedBegin(2), table.transaction().insert(4, "spooled", "d").event());
      lake.copy(
          table,
          2,
          MirroredLake.SNAPSHOT,
          List.<Object[]>of(row(1, "n", "d"), row(2, "lost", "d"), row(3, "c", "d")));
      lake.apply(table.seedReady(2));

      assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L, 4L);
      assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    }
  }

  @Test
  void eventsOfAnotherSeedChangeNothing() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.live(table, List.<Object[]>of(row(1, "n", "d")));

      lake.apply(table.seedReady(2), table.seedBegin(2), table.seedBegin(1), table.seedReady(1));

      assertThat(lake.state(table).stage()).isEqualTo(SeedStage.LIVE);
      assertThat(lake.state(table).seed()).isEqualTo(1);
    }
  }
}
