package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Hash;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Well-formed events that lie: refused and recorded, and what is true goes on. */
class HostileEventsTest {
  private static final long GENERATION = SourceTable.GENERATION;

  @TempDir Path folder;
  private final SourceTable table = SourceTable.accounts();
  private final SourceTable other = new SourceTable(16_500, "other", ReplicaIdentity.DEFAULT);
  private MirroredLake lake;

  @BeforeEach
  void open() throws IOException {
    lake = new MirroredLake(folder);
    lake.live(table, List.<Object[]>of(row(1, "n", "d")));
    lake.live(other, List.<Object[]>of(row(1, "n", "d")));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void assertOthersGoOn() throws IOException {
    int before = lake.rows(other).size();
    lake.apply(other.transaction().insert(100 + before, "n", "d").event());
    assertThat(lake.rows(other)).hasSize(before + 1);
    assertThat(lake.state(other).status()).isEqualTo(TableStatus.REPLICATING);
  }

  private byte[] batch(String mirror, long fence, Position previous, long lsn) {
    ChangeWriter writer = new ChangeWriter(new RowCodec(table.schema()));
    writer.add(
        new RowChange(
            RowChange.Kind.INSERT, lsn, 1, 900, 0, null, row(66, "evil", "d"), RowChange.NONE));
    return EventCodec.encode(writer.finish(mirror, fence, previous));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ghost", "../../x", "", "m/../m", "a\u001b[2J\nb", "~unknown"})
  void anEventOfAnUnknownMirrorIsRecordedAndTouchesNothing(String mirror) throws IOException {
    lake.apply(
        batch(mirror, 1, table.sent(), 5_000),
        EventCodec.encode(new Watermark(mirror, 1, new Position(GENERATION, 9, 0), 0)),
        EventCodec.encode(new SeedBegin(mirror, 1, table.oid(), 2, table.sent())));

    assertThat(lake.store().mirrors()).containsExactly("m");
    assertThat(lake.deadLetters())
        .hasSize(3)
        .allMatch(letter -> letter.mirror().isEmpty())
        .allMatch(letter -> letter.code() == ErrorCode.MIRROR_NOT_FOUND)
        .noneMatch(letter -> letter.header().toString().contains("\u001b"));
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.storage().list("", ""))
        .allMatch(file -> file.path().matches("(Tables/public|Files/_delta-mirror)/.*"));
    assertOthersGoOn();
  }

  @Test
  void aPositionFromTheFarFutureIsRefusedSoThatLaterChangesStillCount() throws IOException {
    lake.apply(batch("m", 1, table.sent(), -2L));

    assertThat(lake.rows(table)).doesNotContainKey(66L);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.deadLetters()).hasSize(1);
    lake.update(table, state -> state.resume("by hand", MirroredLake.NOW));
    lake.apply(table.transaction().insert(2, "n", "d").event(), table.seedReady(1));
    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L);
    assertOthersGoOn();
  }

  @Test
  void aGenerationThatNoWorkerBeganIsRefused() throws IOException {
    Position future = Position.startOf(Long.MAX_VALUE);
    lake.apply(
        batch("m", 1, future, 10),
        EventCodec.encode(new Watermark("m", 1, Position.endOf(Long.MAX_VALUE, 5), 0)));

    assertThat(lake.rows(table)).doesNotContainKey(66L);
    assertThat(lake.state().marks().get(PartitionMark.document(3)))
        .hasValueSatisfying(
            mark -> {
              assertThat(mark.position()).isEqualTo(Position.startOf(GENERATION));
              assertThat(mark.fence()).isEqualTo(1);
            });
    assertThat(lake.deadLetters()).hasSize(2);
    assertOthersGoOn();
  }

  @ParameterizedTest
  @ValueSource(longs = {MirroredLake.FENCE + 1, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void aFenceThatNoWorkerWasGivenDoesNotShutTheOwnerOut(long fence) throws IOException {
    lake.apply(
        EventCodec.encode(new Watermark("m", fence, new Position(GENERATION, 2_000, 0), 0)),
        EventCodec.encode(new SeedReady("m", fence, other.oid(), 1, other.sent())),
        batch("m", fence, table.sent(), 5_000));

    assertThat(lake.deadLetters()).hasSize(3);
    assertThat(lake.state().marks().get(PartitionMark.document(3)))
        .hasValueSatisfying(
            mark -> {
              assertThat(mark.position()).isEqualTo(Position.startOf(GENERATION));
              assertThat(mark.fence()).isEqualTo(1);
            });
    assertThat(lake.rows(table)).doesNotContainKey(66L);
    assertOthersGoOn();
  }

  @Test
  void aWatermarkFromTheFarFutureIsRefused() throws IOException {
    lake.apply(EventCodec.encode(new Watermark("m", 1, Position.endOf(GENERATION, -1L), 0)));
    Position real = new Position(GENERATION, 2_000, 0);
    lake.apply(EventCodec.encode(new Watermark("m", 1, real, Long.MAX_VALUE)));

    assertThat(lake.state().marks().get(PartitionMark.document(3)))
        .map(PartitionMark::position)
        .contains(real);
    assertThat(lake.deadLetters()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 2, 99, Integer.MAX_VALUE})
  void aForgedSeedMarkChangesNothing(int seed) throws IOException {
    lake.update(table, state -> state.reseed(table.schema(), "by hand", MirroredLake.NOW));
    lake.apply(table.seedBegin(2), table.transaction().insert(7, "spooled", "d").event());
    int forged = seed == 2 ? 3 : seed;

    lake.apply(
        EventCodec.encode(new SeedBegin("m", 1, table.oid(), forged, Position.endOf(7, 1))),
        EventCodec.encode(new SeedReady("m", 1, table.oid(), forged, table.sent())),
        EventCodec.encode(new SeedBegin("m", 1, 4_000_000_000L, forged, table.sent())));

    assertThat(lake.state(table).seed()).isEqualTo(2);
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.SPOOLING);
    assertThat(lake.spooled(table, 2)).hasSize(1);
  }

  @Test
  void aForgedFloorFromTheFarFutureIsRefused() throws IOException {
    lake.update(table, state -> state.reseed(table.schema(), "by hand", MirroredLake.NOW));
    lake.apply(
        EventCodec.encode(new SeedBegin("m", 1, table.oid(), 2, Position.endOf(GENERATION, -1L))));
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);

    lake.apply(table.seedBegin(2));
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.SPOOLING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../etc/passwd",
        "/etc/passwd",
        "Tables/public/other/_delta_log/00000000000000000000.json",
        "Files/_delta-mirror/other/large/16400/x.avro",
        "Files/_delta-mirror/state/mirror.db",
        ""
      })
  void aReferenceToAnyOtherFileIsRefusedUnread(String path) throws IOException {
    ChangeBatch batch = (ChangeBatch) EventCodec.decode(batch("m", 1, table.sent(), 5_000));
    lake.apply(
        EventCodec.encode(new BatchReference(batch.header(), path, 5, Hash.hex(batch.body()))));

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.state(table).fault().orElseThrow().message())
        .contains("what is no large batch of its table");
    assertThat(lake.deadLetters()).hasSize(1);
    assertOthersGoOn();
  }

  @Test
  void aReferenceThatLiesAboutItsFileIsRefused() throws IOException {
    ChangeBatch batch = (ChangeBatch) EventCodec.decode(batch("m", 1, table.sent(), 5_000));
    ChangeBatch longer = (ChangeBatch) EventCodec.decode(batch("m", 2, table.sent(), 5_000));
    String hash = Hash.hex(batch.body());
    String path =
        LakePaths.large("m", table.oid(), batch.header().first(), batch.header().last(), hash);
    lake.storage().create(path, longer.body());

    lake.apply(
        EventCodec.encode(new BatchReference(batch.header(), path, longer.body().length, hash)));

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.FAILED);
    assertThat(lake.rows(table)).doesNotContainKey(66L);
    assertOthersGoOn();
  }

  @Test
  void aFloodOfGarbageHoldsUpNobody() throws IOException {
    byte[][] flood = new byte[300][];
    for (int i = 0; i < flood.length; i++) {
      flood[i] = new byte[] {(byte) i, (byte) (i >> 8), 'x'};
    }
    lake.apply(flood);
    assertThat(lake.deadLetters()).hasSize(300);
    assertOthersGoOn();
  }

  @Test
  void anEventThatNamesAnotherMirrorsTableIsThatMirrorsAffairAlone() throws IOException {
    HubEvent event = EventCodec.decode(batch("m", 1, table.sent(), 5_000));
    assertThat(event.mirror()).isEqualTo("m");
    lake.apply(batch("m2", 1, table.sent(), 5_000));
    assertThat(lake.rows(table)).doesNotContainKey(66L);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }
}
