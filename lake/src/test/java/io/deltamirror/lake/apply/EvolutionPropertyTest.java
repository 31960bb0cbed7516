package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.apply.FaultyStorage.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories with changes of shape, cut and delivered at random, against a map of rows. */
class EvolutionPropertyTest {
  private static final int INVOCATIONS = 12;

  @TempDir Path folder;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void tableEqualsItsHistoryHoweverItIsDelivered(long seed) throws IOException {
    Random random = new Random(seed);
    EvolvingHistory history = new EvolvingHistory(random);
    SourceTable table = history.table();
    FaultyStorage[] storage = new FaultyStorage[1];
    ApplyOptions options =
        ApplyOptions.DEFAULT.withMemoryBytes(random.nextBoolean() ? 5_000 : 1_000_000);
    MirroredLake lake = open(options, storage);
    lake.live(table, history.initialRows(random.nextInt(80)));
    int delivered = 0;
    for (int i = 0; i < INVOCATIONS; i++) {
      history.grow(1 + random.nextInt(40));
      List<byte[]> bodies = new ArrayList<>();
      for (int batches = random.nextInt(4); batches > 0; batches--) {
        int from = Math.max(0, delivered - (random.nextInt(3) == 0 ? random.nextInt(80) : 0));
        int to = Math.min(history.size(), from + 1 + random.nextInt(60));
        bodies.addAll(history.events(from, to));
        delivered = Math.max(delivered, to);
      }
      storage[0].failNextCommit(
          List.of(Fault.NONE, Fault.REFUSED, Fault.ANSWER_LOST, Fault.RETRIED)
              .get(random.nextInt(4)));
      applyUntilDone(lake, storage[0], bodies);
      if (random.nextInt(5) == 0) {
        lake.close();
        lake = open(options, storage);
      }
    }
    applyUntilDone(lake, storage[0], history.events(delivered, history.size()));

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.state(table).seed()).isEqualTo(1);
    assertThat(lake.rows(table)).isEqualTo(history.rows());
    assertThat(lake.tables().of(table.schema().name()).reload().orElseThrow().columns().all())
        .extracting(column -> column.name())
        .isEqualTo(history.names());
    lake.close();
  }

  private MirroredLake open(ApplyOptions options, FaultyStorage[] storage) throws IOException {
    return new MirroredLake(folder, options, local -> storage[0] = new FaultyStorage(local));
  }

  /** As the host does: a failed invocation is repeated. */
  private static void applyUntilDone(MirroredLake lake, FaultyStorage storage, List<byte[]> bodies)
      throws IOException {
    while (true) {
      try {
        lake.apply(bodies);
        return;
      } catch (RuntimeException e) {
        assertThat(Faults.isShared(e)).as(e.toString()).isTrue();
        storage.heal();
      }
    }
  }
}
