package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.GENERATION;
import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.SourceIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of workers that others have taken over from. */
class FenceTest {
  @TempDir Path folder;
  private MirroredLake lake;
  private RecordedHub hub;
  private final SourceTable table = SourceTable.accounts();

  @BeforeEach
  void openLake() throws IOException {
    lake = new MirroredLake(folder);
    hub = lake.hub();
    lake.live(table, List.<Object[]>of(row(1, "n", "d")));
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  private byte[] insert(long id, long fence) {
    return table.fence(fence).transaction().insert(id, "n", "d").event();
  }

  private byte[] watermark(long fence) {
    return EventCodec.encode(
        new Watermark(
            SourceTable.MIRROR, fence, Position.endOf(GENERATION, table.commitLsn()), 1_000));
  }

  private PartitionMark mark() {
    return lake.state().marks().get(PartitionMark.document(3)).orElseThrow();
  }

  @Test
  void highestFenceIsKeptInThePartitionsMark() throws IOException {
    lake.apply(insert(2, 1), watermark(1));
    final PartitionMark before = mark();
    lake.apply(insert(3, 5));

    assertThat(before.fence()).isEqualTo(1);
    assertThat(mark().fence()).isEqualTo(5);
    assertThat(mark().position()).isEqualTo(before.position());
  }

  @Test
  void eventsOfAnOlderWorkerAreRefusedAndCounted() throws IOException {
    lake.apply(watermark(2));

    lake.apply(insert(2, 1), watermark(1));

    assertThat(lake.rows(table).keySet()).containsExactly(1L);
    assertThat(mark().refused()).isEqualTo(2);
    assertThat(mark().position().commitLsn()).isLessThan(table.commitLsn());
  }

  @Test
  void refusalOutlivesTheProcess() throws IOException {
    lake.apply(watermark(2));
    lake.close();
    lake = new MirroredLake(folder);

    lake.apply(insert(2, 1));

    assertThat(lake.rows(table).keySet()).containsExactly(1L);
    assertThat(mark().refused()).isEqualTo(1);
  }

  @Test
  void redeliveryOfWhatAnOlderWorkerSentIsHarmless() throws IOException {
    List<byte[]> history = List.of(insert(2, 1), insert(3, 1), watermark(1), insert(4, 2));
    lake.apply(history);
    long version = lake.version(table);

    lake.apply(history);
    lake.apply(history.subList(1, 2));

    assertThat(lake.version(table)).isEqualTo(version);
    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(lake.state(table).at(1, SeedStage.LIVE)).isTrue();
  }

  @Test
  void rightfulEventThatWasRefusedIsReadAgain() throws IOException {
    byte[] rightful = hub.send(insert(2, 1));
    lake.apply(hub.send(watermark(2)));
    lake.apply(rightful);
    assertThat(lake.rows(table).keySet()).containsExactly(1L);

    lake.apply(hub.send(insert(3, 2)));

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L);
    assertThat(lake.state(table).at(1, SeedStage.LIVE)).isTrue();
  }

  @Test
  void laterGenerationWinsOverAnyFence() throws IOException {
    lake.apply(watermark(8));
    Position next = Position.endOf(GENERATION + 1, 5);
    lake.state()
        .identities()
        .put(
            SourceIdentity.DOCUMENT,
            new SourceIdentity(
                "1", 2, "slot", 4, Optional.empty(), next.generation(), Optional.empty()));

    lake.apply(EventCodec.encode(new Watermark(SourceTable.MIRROR, 1, next, 1_000)));
    lake.apply(watermark(9));

    assertThat(mark().position()).isEqualTo(next);
    assertThat(mark().fence()).isEqualTo(1);
    assertThat(mark().refused()).isEqualTo(1);
  }

  /** Else an end of the process between the two would refuse what was never applied. */
  @Test
  void whatComesBeforeANewFenceIsAppliedBeforeTheFenceIsRaised() throws IOException {
    lake.apply(watermark(1));
    List<byte[]> events = List.of(insert(2, 1), watermark(2));
    try (var failing = Failpoints.arm(Failpoint.APPLY_COMMITTING, new Fail(), 1)) {
      assertThatThrownBy(() -> lake.apply(events)).isInstanceOf(UncheckedIOException.class);
    }
    assertThat(mark().fence()).isEqualTo(1);
    lake.close();
    lake = new MirroredLake(folder);

    lake.apply(events);

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L);
    assertThat(mark().fence()).isEqualTo(2);
  }

  @Test
  void endBetweenTheRaisedFenceAndItsEventsLosesNothing() throws IOException {
    lake.apply(watermark(1));
    List<byte[]> events = List.of(insert(2, 1), insert(3, 2));
    try (var failing = Failpoints.arm(Failpoint.APPLY_FENCE_RAISED, new Fail(), 1)) {
      assertThatThrownBy(() -> lake.apply(events)).isInstanceOf(UncheckedIOException.class);
    }
    lake.close();
    lake = new MirroredLake(folder);

    lake.apply(events);

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 3L);
    assertThat(lake.state(table).at(1, SeedStage.LIVE)).isTrue();
  }
}
