package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.apply.CountedFault.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A change of shape with a default, and the end of the table, with a fault at each single call. */
class EvolutionFaultWalkTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whicheverCallOfTheLakeFailsTheTableEndsRight(Moment moment) throws IOException {
    Path start = Files.createDirectory(folder.resolve("start"));
    try (MirroredLake lake = new MirroredLake(start)) {
      lake.live(
          SourceTable.accounts(),
          List.<Object[]>of(row(1, "n", "d1"), row(2, "n", "d2"), row(3, "n", "d3")));
    }
    int call = 0;
    boolean failed = true;
    while (failed) {
      call++;
      Path home = folder.resolve("call-" + call);
      copy(start, home);
      failed = failsAt(call, moment, home);
    }
    assertThat(call).as("calls of the lake").isGreaterThan(20);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static TableSchema evolved(TableSchema before) {
    return new TableSchema(
        before.oid(),
        before.name(),
        List.of(
            before.columns().get(0),
            new Column(3, "text", 25, -1, "text", 0),
            new Column(4, "amount", 23, -1, "integer", 0)),
        ReplicaIdentity.DEFAULT,
        4,
        Map.of(4, "7"));
  }

  private boolean failsAt(int call, Moment moment, Path home) throws IOException {
    SourceTable table = SourceTable.accounts();
    CountedFault[] storage = new CountedFault[1];
    try (MirroredLake lake =
        new MirroredLake(
            home,
            ApplyOptions.DEFAULT,
            local -> storage[0] = new CountedFault(local, call, moment))) {
      byte[] before = table.transaction().delete(2).insert(5, "n", "d5").event();
      table.in(evolved(table.schema()));
      byte[] after = table.transaction().update(new int[] {1}, 1L, null, 8).event();
      StorageFaultWalkTest.untilDone(() -> lake.apply(before, after));
      StorageFaultWalkTest.untilDone(() -> lake.apply(before, after));

      String when = moment + " at call " + call;
      assertThat(lake.state(table).at(1, SeedStage.LIVE)).as(when).isTrue();
      assertThat(lake.rows(table).values())
          .as(when)
          .containsExactly(List.of(1L, "d1", 8), List.of(3L, "d3", 7), List.of(5L, "d5", 7));

      StorageFaultWalkTest.untilDone(() -> lake.apply(table.dropped()));
      final boolean happened = storage[0].end();
      assertThat(lake.rows(table)).as(when).isEmpty();
      assertThat(lake.state(table).status()).as(when).isEqualTo(TableStatus.STOPPED);
      return happened;
    }
  }
}
