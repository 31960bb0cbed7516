package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.lake.apply.CountedFault.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table's whole way from its seed on, with a fault of the lake at each single call. */
class StorageFaultWalkTest {
  @TempDir Path folder;

  /** Something that is repeated until it goes well. */
  interface Step {
    void run() throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whicheverCallOfTheLakeFailsTheTableEndsRight(Moment moment) throws IOException {
    int call = 0;
    boolean failed = true;
    while (failed) {
      call++;
      failed = failsAt(call, moment, Files.createDirectory(folder.resolve("call-" + call)));
    }
    assertThat(call).as("calls of the lake").isGreaterThan(30);
  }

  private boolean failsAt(int call, Moment moment, Path home) throws IOException {
    CountedFault[] storage = new CountedFault[1];
    SourceTable table = SourceTable.accounts();
    try (MirroredLake lake =
        new MirroredLake(
            home,
            ApplyOptions.DEFAULT,
            local -> storage[0] = new CountedFault(local, call, moment))) {
      lake.join(table);
      give(lake, table.seedBegin(1));
      give(lake, table.transaction().insert(5, "spooled", "d").updateNote(1, "spooled").event());
      untilDone(() -> copy(lake, table));
      give(lake, table.seedReady(1));
      byte[] live = table.transaction().delete(2).updateNote(5, "live").event();
      give(lake, live);
      give(lake, live);

      final boolean happened = storage[0].end();
      String when = moment + " at call " + call;
      assertThat(lake.state(table).at(1, SeedStage.LIVE)).as(when).isTrue();
      assertThat(lake.rows(table).keySet()).as(when).containsExactly(1L, 5L);
      assertThat(lake.rows(table).get(1L)).as(when).containsExactly(1L, "spooled", "d");
      assertThat(lake.rows(table).get(5L)).as(when).containsExactly(5L, "live", "d");
      assertThat(lake.applied(table)).as(when).isEqualTo(table.sent());
      return happened;
    }
  }

  /** As CopyTable does: what was committed is recognised. */
  private static void copy(MirroredLake lake, SourceTable table) throws IOException {
    TableState before = lake.state(table);
    if (before.stage() != SeedStage.SEEDED) {
      lake.copy(
          table, 1, MirroredLake.SNAPSHOT, List.<Object[]>of(row(1, "n", "d"), row(2, "n", "d")));
    }
  }

  private static void give(MirroredLake lake, byte[] event) throws IOException {
    untilDone(() -> lake.apply(event));
  }

  /** As the host does; a fault that is not shared would leave the table as it is. */
  static void untilDone(Step step) throws IOException {
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        step.run();
        return;
      } catch (IOException | RuntimeException e) {
        assertThat(e instanceof UncheckedIOException || Faults.isShared(e))
            .as(e.toString())
            .isTrue();
      }
    }
    step.run();
  }
}
