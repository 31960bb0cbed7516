package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table of an invocation fails, of itself or with the lake, and others do not. */
class OneTablesFaultTest {
  @TempDir Path folder;
  private FaultyStorage storage;
  private MirroredLake lake;
  private final SourceTable bad = SourceTable.accounts();
  private final SourceTable good = new SourceTable(16_500, "good", ReplicaIdentity.DEFAULT);

  @BeforeEach
  void openLake() throws IOException {
    lake = open();
    lake.live(bad, List.<Object[]>of(row(1, "n", "d")));
    lake.live(good, List.<Object[]>of(row(1, "n", "d")));
  }

  private MirroredLake open() throws IOException {
    return new MirroredLake(
        folder, ApplyOptions.DEFAULT, local -> storage = new FaultyStorage(local));
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  @Test
  void sharedFaultAtOneTableFailsTheInvocationAndTheRepetitionSkipsWhatIsCommitted()
      throws IOException {
    byte[] first = good.transaction().insert(2, "n", "d").event();
    byte[] second = bad.transaction().insert(2, "n", "d").event();
    storage.failCommitsFrom(2);
    assertThatThrownBy(() -> lake.apply(first, second))
        .isInstanceOfSatisfying(Exception.class, e -> assertThat(Faults.isShared(e)).isTrue());
    assertThat(lake.rows(good)).hasSize(2);
    storage.heal();

    lake.apply(first, second);

    assertThat(lake.version(good)).isEqualTo(1);
    assertThat(lake.rows(good)).hasSize(2);
    assertThat(lake.rows(bad)).hasSize(2);
    assertThat(lake.state(bad).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void tablesOwnFaultStaysWithItAndItsChangesWait() throws IOException {
    final Path file = hideDataFile();

    lake.apply(needsTheFile(), good.transaction().insert(2, "n", "d").event());

    assertThat(lake.state(bad).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.state(bad).fault().orElseThrow().code())
        .isEqualTo(ErrorCode.LAKE_TABLE_FOREIGN);
    assertThat(lake.spooled(bad, 1)).hasSize(1);
    assertThat(lake.rows(good)).hasSize(2);
    assertThat(file).doesNotExist();
  }

  @Test
  void resumedTableGetsItsSpoolAndWhatCameMeanwhileInOrder() throws IOException {
    final Path file = hideDataFile();
    lake.apply(needsTheFile());
    lake.apply(bad.transaction().insert(2, "while it had failed", "d").event());
    Files.move(hidden(file), file);

    control().resume(SourceTable.MIRROR, bad.schema().name());
    lake.apply(bad.transaction().updateNote(2, "while it was being resumed").event());
    assertThat(lake.spooled(bad, 1)).hasSize(3);
    lake.apply(bad.seedReady(1), bad.transaction().insert(3, "live", "d").event());

    assertThat(lake.state(bad).at(1, SeedStage.LIVE)).isTrue();
    assertThat(lake.state(bad).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.rows(bad).keySet()).containsExactly(1L, 2L, 3L);
    assertThat(lake.rows(bad).get(1L)).containsExactly(1L, "needs the file", "d");
    assertThat(lake.rows(bad).get(2L)).containsExactly(2L, "while it was being resumed", "d");
    assertThat(lake.spooled(bad, 1)).isEmpty();
    assertThat(lake.applied(bad)).isEqualTo(bad.sent());
  }

  @Test
  void tableThatIsResumedTooSoonFailsAgainAndKeepsItsSpool() throws IOException {
    final Path file = hideDataFile();
    lake.apply(needsTheFile());
    control().resume(SourceTable.MIRROR, bad.schema().name());

    lake.apply(bad.seedReady(1));
    assertThat(lake.state(bad).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.spooled(bad, 1)).hasSize(1);

    Files.move(hidden(file), file);
    control().resume(SourceTable.MIRROR, bad.schema().name());
    lake.apply(bad.seedReady(1));

    assertThat(lake.state(bad).at(1, SeedStage.LIVE)).isTrue();
    assertThat(lake.rows(bad).get(1L)).containsExactly(1L, "needs the file", "d");
  }

  /** As the worker withholds a failed table's changes after its own restart. */
  @Test
  void changesThatNeverCameAreMissedWhenATableIsResumed() throws IOException {
    final Path file = hideDataFile();
    lake.apply(needsTheFile());
    bad.transaction().insert(2, "withheld", "d").event();
    Files.move(hidden(file), file);
    control().resume(SourceTable.MIRROR, bad.schema().name());

    lake.apply(bad.seedReady(1));

    assertThat(lake.state(bad).at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(lake.state(bad).reason()).startsWith("GAP_IN_STREAM");
  }

  private MirrorControl control() {
    return new MirrorControl(lake.state().store(), () -> MirroredLake.NOW);
  }

  /** The unchanged value has to be fetched. */
  private byte[] needsTheFile() {
    return bad.transaction().updateNote(1, "needs the file").event();
  }

  private Path hideDataFile() throws IOException {
    Path table = folder.resolve("lake").resolve(LakePaths.table(bad.schema().name()));
    try (Stream<Path> files = Files.list(table)) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.move(file, hidden(file));
      return file;
    }
  }

  private static Path hidden(Path file) {
    return file.resolveSibling("hidden");
  }
}
