package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A partition that is stolen while its first owner still works: two processes apply the same
 * events, through all stages of two seeds, each at its own pace.
 */
class TwoInvocationsTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void nothingIsDoubledOrLostAndTheTableEndsLive(long seed) throws Exception {
    Random random = new Random(seed);
    RandomHistory history = RandomHistory.Shape.KEY.history(random);
    SourceTable table = history.table();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (MirroredLake owner = open(random);
        MirroredLake zombie = open(random)) {
      owner.join(table);
      List<byte[]> events = new ArrayList<>(List.of(table.seedBegin(1)));
      List<Object[]> copied = history.initialRows(50);
      grow(history, random, events);
      both(threads, random, owner, zombie, events);
      owner.copy(table, 1, MirroredLake.SNAPSHOT, copied);
      for (int round = 0; round < 3; round++) {
        events.add(table.seedReady(1));
        grow(history, random, events);
      }
      both(threads, random, owner, zombie, events);

      assertThat(owner.state(table).at(1, SeedStage.LIVE)).isTrue();
      assertThat(owner.counted(table)).isEqualTo(history.rows());
      assertThat(owner.applied(table)).isEqualTo(last(events));
      assertThat(zombie.applied(table)).isEqualTo(owner.applied(table));
      assertThat(owner.state().marks().get(PartitionMark.document(3)).orElseThrow().position())
          .isEqualTo(Position.endOf(SourceTable.GENERATION, last(events).commitLsn()));
    } finally {
      threads.shutdown();
    }
  }

  private MirroredLake open(Random random) throws IOException {
    return new MirroredLake(
        folder,
        ApplyOptions.DEFAULT,
        local -> new UnevenStorage(local, new Random(random.nextLong())));
  }

  /** More changes, cut into batches, and a watermark behind them. */
  private static void grow(RandomHistory history, Random random, List<byte[]> events) {
    int from = history.size();
    history.grow(10 + random.nextInt(40));
    for (int at = from; at < history.size(); ) {
      int to = Math.min(history.size(), at + 1 + random.nextInt(10));
      events.add(history.event(at, to));
      at = to;
    }
    Position end = Position.endOf(SourceTable.GENERATION, last(events).commitLsn());
    events.add(EventCodec.encode(new Watermark(SourceTable.MIRROR, 1, end, 0)));
  }

  private static Position last(List<byte[]> events) {
    return events.stream()
        .map(EventCodec::decode)
        .filter(io.deltamirror.core.change.HubEvent.ChangeBatch.class::isInstance)
        .map(event -> ((io.deltamirror.core.change.HubEvent.ChangeBatch) event).header().last())
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** Both apply all events, in invocations of any size, from wherever their checkpoint is. */
  private static void both(
      ExecutorService threads,
      Random random,
      MirroredLake owner,
      MirroredLake zombie,
      List<byte[]> events)
      throws Exception {
    Random first = new Random(random.nextLong());
    Random second = new Random(random.nextLong());
    Future<?> one = threads.submit(() -> applyAll(owner, events, first));
    Future<?> other = threads.submit(() -> applyAll(zombie, events, second));
    one.get();
    other.get();
  }

  private static Void applyAll(MirroredLake lake, List<byte[]> events, Random random) {
    for (int at = 0; at < events.size(); ) {
      int to = Math.min(events.size(), at + 1 + random.nextInt(6));
      List<byte[]> invocation = events.subList(at, to);
      boolean done = false;
      while (!done) {
        done = applied(lake, invocation);
      }
      at = to;
    }
    return null;
  }

  /** A shared fault makes the host repeat it. */
  private static boolean applied(MirroredLake lake, List<byte[]> invocation) {
    try {
      lake.apply(invocation);
      return true;
    } catch (IOException | RuntimeException e) { // one deletes the spool that the other fills
      assertThat(Faults.isShared(e)).as(e.toString()).isTrue();
      return false;
    }
  }
}
