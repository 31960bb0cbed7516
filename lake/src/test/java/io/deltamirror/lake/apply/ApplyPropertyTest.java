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
import org.junit.jupiter.params.provider.CsvSource;

/** Random histories of each shape of table, cut and delivered at random, against plain rows. */
class ApplyPropertyTest {
  private static final int INVOCATIONS = 30;

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "KEY, 1",
    "KEY, 2",
    "KEY, 3",
    "INDEX, 4",
    "KEY_AND_FULL, 5",
    "KEY_AND_FULL, 6",
    "DEFERRABLE_KEY, 7",
    "DEFERRABLE_KEY, 8",
    "DEFERRABLE_KEY, 9",
    "MULTISET, 10",
    "MULTISET, 11",
    "MULTISET, 12",
    "INSERT_ONLY, 13"
  })
  void tableEqualsItsHistoryHoweverItIsDelivered(RandomHistory.Shape shape, long seed)
      throws IOException {
    Random random = new Random(seed);
    RandomHistory history = shape.history(random);
    SourceTable table = history.table();
    FaultyStorage[] storage = new FaultyStorage[1];
    ApplyOptions options =
        ApplyOptions.DEFAULT.withMemoryBytes(random.nextBoolean() ? 10_000 : 1_000_000);
    MirroredLake lake = open(options, storage);
    lake.live(table, history.initialRows(random.nextInt(200)));
    int delivered = 0;
    for (int i = 0; i < INVOCATIONS; i++) {
      history.grow(random.nextInt(60));
      List<byte[]> bodies = new ArrayList<>();
      for (int batches = random.nextInt(4); batches > 0; batches--) {
        int from = Math.max(0, delivered - (random.nextInt(3) == 0 ? random.nextInt(80) : 0));
        int to = Math.min(history.size(), from + 1 + random.nextInt(60));
        if (from < to) {
          bodies.add(history.event(from, to));
          delivered = Math.max(delivered, to);
        }
      }
      storage[0].failNextCommit(fault(random));
      applyUntilDone(lake, storage[0], bodies);
      if (random.nextInt(5) == 0) {
        lake.close();
        lake = open(options, storage);
      }
    }
    if (delivered < history.size()) {
      applyUntilDone(lake, storage[0], List.of(history.event(delivered, history.size())));
    }

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.counted(table)).isEqualTo(history.rows());
    lake.close();
  }

  /** Kernel waits for seconds when the lake is away, so that one is rare. */
  private static Fault fault(Random random) {
    if (random.nextInt(40) == 0) {
      return Fault.WRITTEN_THEN_AWAY;
    }
    return List.of(Fault.NONE, Fault.REFUSED, Fault.ANSWER_LOST, Fault.RETRIED)
        .get(random.nextInt(4));
  }

  /** On what is in the folder, or wherever else it is kept. */
  MirroredLake open(ApplyOptions options, FaultyStorage[] storage) throws IOException {
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
