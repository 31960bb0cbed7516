package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.apply.FaultyStorage.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommitFaultTest {
  @TempDir Path folder;
  private FaultyStorage storage;
  private MirroredLake lake;
  private final SourceTable table = SourceTable.accounts();

  @BeforeEach
  void openLake() throws IOException {
    lake =
        new MirroredLake(
            folder,
            ApplyOptions.DEFAULT,
            local -> {
              storage = new FaultyStorage(local);
              return storage;
            });
    lake.live(table, List.<Object[]>of(row(1, "n", "d")));
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER_LOST", "RETRIED"})
  void commitWhoseAnswerIsLostCountsOnce(Fault fault) throws IOException {
    storage.failNextCommit(fault);

    lake.apply(table.transaction().insert(2, "n", "d").event());
    lake.apply(table.transaction().insert(3, "n", "d").event());

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L);
    assertThat(lake.version(table)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER_LOST", "RETRIED", "REFUSED"})
  void seedCommitWhoseAnswerIsLostCountsOnce(Fault fault) throws IOException {
    lake.update(table, state -> state.reseed(table.schema(), "again", MirroredLake.NOW));
    lake.apply(table.seedBegin(2));
    storage.failNextCommit(fault);

    copyUntilDone(table, 2);
    lake.apply(table.seedReady(2), table.transaction().insert(3, "n", "d").event());

    assertThat(lake.rows(table).keySet()).containsExactly(2L, 3L);
    assertThat(lake.version(table)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER_LOST", "RETRIED", "REFUSED"})
  void creationOfATableWhoseAnswerIsLostCountsOnce(Fault fault) throws IOException {
    SourceTable joining = new SourceTable(16_600, "joining", ReplicaIdentity.DEFAULT);
    lake.join(joining);
    lake.apply(joining.seedBegin(1));
    storage.failNextCommit(fault);

    copyUntilDone(joining, 1);
    lake.apply(joining.seedReady(1), joining.transaction().insert(3, "n", "d").event());

    assertThat(lake.rows(joining).keySet()).containsExactly(2L, 3L);
    assertThat(lake.version(joining)).isEqualTo(1);
  }

  /** As CopyTable does: it looks at the table again. */
  private void copyUntilDone(SourceTable of, int seed) throws IOException {
    for (int attempt = 0; lake.state(of).stage() != SeedStage.SEEDED; attempt++) {
      try {
        lake.copy(of, seed, MirroredLake.SNAPSHOT, List.<Object[]>of(row(2, "n", "d")));
      } catch (RuntimeException e) {
        assertThat(attempt).as(e.toString()).isZero();
        assertThat(Faults.isShared(e)).isTrue();
      }
    }
  }

  @Test
  void commitOfUnknownEndIsLookedForBeforeItIsRepeated() throws IOException {
    byte[] event = table.transaction().insert(2, "n", "d").event();
    storage.failNextCommit(Fault.WRITTEN_THEN_AWAY);
    assertShared(event);
    assertShared(event);
    storage.heal();

    lake.apply(event);

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L);
    assertThat(lake.version(table)).isEqualTo(1);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void refusedCommitIsRepeated() throws IOException {
    byte[] event = table.transaction().insert(2, "n", "d").event();
    storage.failNextCommit(Fault.REFUSED);
    assertShared(event);

    lake.apply(event);

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L);
    assertThat(lake.version(table)).isEqualTo(1);
  }

  private void assertShared(byte[] event) {
    assertThatThrownBy(() -> lake.apply(event))
        .isInstanceOfSatisfying(Exception.class, e -> assertThat(Faults.isShared(e)).isTrue());
  }

  @Test
  void tablesBeforeTheFaultAreNotCommittedAgain() throws IOException {
    SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
    lake.live(other, List.<Object[]>of(row(1, "n", "d")));
    byte[] first = table.transaction().insert(2, "n", "d").event();
    byte[] second = other.transaction().insert(2, "n", "d").event();
    storage.failCommitsFrom(2);
    assertThatThrownBy(() -> lake.apply(first, second)).isInstanceOf(RuntimeException.class);
    storage.heal();

    lake.apply(first, second);

    assertThat(lake.version(table)).isEqualTo(1);
    assertThat(lake.rows(table)).hasSize(2);
    assertThat(lake.rows(other)).hasSize(2);
  }

  @Test
  void checkpointThatFailsDoesNotFailTheCommit() throws IOException {
    storage.failCheckpoints();
    for (int i = 0; i < 25; i++) {
      lake.apply(table.transaction().insert(100 + i, "n", "d").event());
    }

    assertThat(lake.rows(table)).hasSize(26);
    assertThat(lake.version(table)).isEqualTo(25);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void twoInvocationsOfOnePartitionAtOnceApplyOnce() throws Exception {
    List<List<byte[]>> rounds = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      table.transaction().insert(100 + i, "new", "d").updateNote(1, "round " + i);
      rounds.add(List.of(table.event(), table.transaction().update(100, "u" + i, "d").event()));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (MirroredLake zombie = new MirroredLake(folder)) {
      Future<?> first = threads.submit(() -> applyAll(lake, rounds));
      Future<?> second = threads.submit(() -> applyAll(zombie, rounds));
      first.get();
      second.get();
    } finally {
      threads.shutdown();
    }

    assertThat(lake.rows(table)).hasSize(41);
    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "round 39", "d");
    assertThat(lake.rows(table).get(100L)).containsExactly(100L, "u39", "d");
    assertThat(lake.applied(table)).isEqualTo(table.sent());
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  private static Void applyAll(MirroredLake lake, List<List<byte[]>> rounds) throws IOException {
    for (List<byte[]> round : rounds) {
      applyUntilDone(lake, round);
    }
    return null;
  }

  /** As the host does: a failed invocation is repeated. */
  private static void applyUntilDone(MirroredLake lake, List<byte[]> round) throws IOException {
    while (true) {
      try {
        lake.apply(round);
        return;
      } catch (RuntimeException e) {
        assertThat(Faults.isShared(e)).isTrue();
      }
    }
  }
}
