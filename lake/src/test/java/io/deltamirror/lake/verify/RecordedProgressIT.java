package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.MirrorProgress.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedProgressIT {
  private static final long FAR = 0x7FFF_FFFF_FFFFL;

  private static SourceDatabase source;
  private static TableSchema table;

  @TempDir private Path folder;
  private SqliteMirrorStore store;
  private MirrorState state;

  @BeforeAll
  static void start() throws IOException {
    source = new SourceDatabase();
    source.run("CREATE TABLE public.t (id int PRIMARY KEY)");
    table = source.table("t");
  }

  @AfterAll
  static void stop() throws IOException {
    source.close();
  }

  @BeforeEach
  void openState() {
    store = new SqliteMirrorStore(folder.resolve("state.db"));
    state = new MirrorState(store, "m");
    state
        .identities()
        .put(
            SourceIdentity.DOCUMENT,
            new SourceIdentity("1", 1, "slot", 2, Optional.empty(), 50, Optional.empty()));
    put(TableStatus.REPLICATING, SeedStage.LIVE, Optional.empty());
  }

  @AfterEach
  void closeState() {
    store.close();
  }

  private void put(TableStatus status, SeedStage stage, Optional<Fault> fault) {
    TableState was = TableState.initial(table, "", Instant.EPOCH);
    state
        .tables()
        .put(
            TableState.document(table.oid()),
            new TableState(
                was.oid(),
                was.name(),
                status,
                1,
                stage,
                "",
                was.schema(),
                Optional.empty(),
                Optional.empty(),
                fault,
                Instant.EPOCH,
                was.shapes()));
  }

  private void mark(int partition, long generation, long lsn) {
    state
        .marks()
        .put(
            PartitionMark.document(partition),
            new PartitionMark(partition, Position.endOf(generation, lsn), 0, Instant.EPOCH, 1, 0));
  }

  private Standing catchUp(Duration atMost) {
    try {
      return new RecordedProgress(source.session(), state).catchUp(table.oid(), atMost);
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void itHasCaughtUpWhenEveryPartitionIsPastTheBarrier() {
    mark(0, 50, FAR);
    mark(1, 50, FAR);

    assertThat(catchUp(Duration.ZERO)).isEqualTo(new Standing.CaughtUp());
  }

  @Test
  void itIsWaitedFor() {
    mark(0, 50, FAR);
    CompletableFuture<Standing> waiting =
        CompletableFuture.supplyAsync(() -> catchUp(Duration.ofMinutes(1)));
    mark(1, 50, FAR);

    await().until(waiting::isDone);
    assertThat(waiting).isCompletedWithValue(new Standing.CaughtUp());
  }

  @Test
  void aPartitionBeforeTheBarrierOrOfAnotherGenerationIsBehind() {
    mark(0, 50, FAR);
    mark(1, 50, 1);
    assertThat(catchUp(Duration.ZERO)).isInstanceOf(Standing.StreamBehind.class);

    mark(1, 49, FAR);
    assertThat(catchUp(Duration.ZERO)).isInstanceOf(Standing.StreamBehind.class);
  }

  @Test
  void aTableThatIsBeingSeededIsNotReady() {
    mark(0, 50, FAR);
    mark(1, 50, FAR);
    put(TableStatus.SNAPSHOTTING, SeedStage.COPYING, Optional.empty());

    assertThat(catchUp(Duration.ofMillis(200)))
        .isEqualTo(new Standing.TableNotReady("its mirror is Snapshotting"));
  }

  @Test
  void aFailedTableIsNotWaitedFor() {
    Fault fault = new Fault(ErrorCode.UNREPRESENTABLE_VALUE, "infinite", Instant.EPOCH);
    put(TableStatus.FAILED, SeedStage.LIVE, Optional.of(fault));

    assertThat(catchUp(Duration.ofDays(1)))
        .isEqualTo(
            new Standing.TableNotReady("its mirror has failed: UNREPRESENTABLE_VALUE, infinite"));
  }

  @Test
  void aTableThatWasDroppedIsNotWaitedFor() {
    put(TableStatus.STOPPED, SeedStage.LIVE, Optional.empty());

    assertThat(catchUp(Duration.ofDays(1)))
        .isEqualTo(new Standing.TableNotReady("its mirror has stopped: "));
  }

  @Test
  void aTableThatIsUnknownToTheMirrorIsNotReady() {
    mark(0, 50, FAR);
    mark(1, 50, FAR);
    state.tables().delete(TableState.document(table.oid()));

    assertThat(catchUp(Duration.ZERO)).isEqualTo(new Standing.TableNotReady("it is not mirrored"));
  }
}
