package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose clock jumps by years, forwards and backwards, at every look. */
class ClockJumpTest {
  private static final int INVOCATIONS = 20;

  @TempDir Path folder;

  @Test
  void whatIsAppliedDoesNotDependOnTheClock() throws IOException {
    Random random = new Random(17);
    InstantSource jumping = () -> Instant.ofEpochSecond(random.nextLong(0, 4_102_444_800L));
    RandomHistory history = RandomHistory.Shape.KEY.history(random);
    SourceTable table = history.table();
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.live(table, history.initialRows(100));
      ChangeApplier applier =
          new ChangeApplier(
              lake.storage(),
              lake.store(),
              lake.tables(),
              ApplyOptions.DEFAULT,
              lake.hub(),
              jumping);
      int delivered = 0;
      for (int i = 0; i < INVOCATIONS; i++) {
        history.grow(30);
        List<byte[]> bodies = new ArrayList<>();
        bodies.add(history.event(Math.max(0, delivered - 10), history.size()));
        delivered = history.size();
        applier.apply(3, bodies);

        assertThat(progress(lake, table).latencyMillis()).isNotNegative();
      }

      assertThat(lake.counted(table)).isEqualTo(history.rows());
      assertThat(lake.state(table).at(1, SeedStage.LIVE)).isTrue();
    }
  }

  private static TableProgress progress(MirroredLake lake, SourceTable table) {
    return lake.state().progress().get(TableProgress.document(table.oid())).orElseThrow();
  }
}
