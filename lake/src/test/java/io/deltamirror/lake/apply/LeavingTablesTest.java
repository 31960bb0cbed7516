package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.TestTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are dropped or renamed on the source: what is left under their names. */
class LeavingTablesTest {
  @TempDir Path folder;
  private MirroredLake lake;
  private final SourceTable table = SourceTable.accounts();

  @BeforeEach
  void openLake() throws IOException {
    lake = new MirroredLake(folder);
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  private static List<Object[]> rows(long from, long to) {
    return LongStream.range(from, to).mapToObj(id -> row(id, "n" + id, "d" + id)).toList();
  }

  private static TableSchema named(TableSchema shape, String name) {
    return new TableSchema(
        shape.oid(), new TableName("public", name), shape.columns(), shape.identity());
  }

  private TableVersion latest(String name) {
    return lake.tables().of(new TableName("public", name)).reload().orElseThrow();
  }

  private List<List<Object>> read(String name) throws IOException {
    return TestTables.read(folder.resolve("lake"), "Tables/public/" + name);
  }

  /** A seed of the table as it is called now, from its request to the end of its spool. */
  private void reseed(SourceTable of, int seed, List<Object[]> rows) throws IOException {
    lake.update(of, state -> state.reseed(of.schema(), "renamed", MirroredLake.NOW));
    lake.apply(of.seedBegin(seed));
    lake.copy(of, seed, new SeedSnapshot("100:100:", seed), rows);
    lake.apply(of.seedReady(seed));
  }

  @Test
  void droppedTableIsEmptied() throws IOException {
    lake.live(table, rows(0, 5));
    lake.apply(table.transaction().delete(3).insert(7, "n", "d").event(), table.dropped());

    assertThat(lake.rows(table)).isEmpty();
    assertThat(latest("accounts").isDropped()).isTrue();
    assertThat(latest("accounts").position()).isEqualTo(table.sent());
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.STOPPED);
    assertThat(lake.state(table).reason()).isEqualTo("it was dropped on the source");
  }

  @Test
  void toHearOfItTwiceOrOfEarlierChangesChangesNothing() throws IOException {
    lake.live(table, rows(0, 5));
    byte[] change = table.transaction().insert(7, "n", "d").event();
    lake.apply(change, table.dropped());
    final long version = lake.version(table);
    final TableState state = lake.state(table);

    lake.apply(change, table.dropped());
    lake.apply(table.transaction().insert(8, "late", "d").event(), table.seedReady(1));
    lake.apply(table.seedBegin(2));

    assertThat(lake.version(table)).isEqualTo(version);
    assertThat(lake.state(table)).isEqualTo(state);
    assertThat(lake.spooled(table, 1)).isEmpty();
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void droppedTableThatHadFailedLeavesNothing() throws IOException {
    lake.live(table, rows(0, 5));
    Fault fault = new Fault(ErrorCode.INTERNAL, "x", MirroredLake.NOW);
    lake.update(table, state -> state.fail(fault));
    lake.apply(table.transaction().insert(7, "n", "d").event());
    assertThat(lake.spooled(table, 1)).hasSize(1);

    lake.apply(table.dropped());

    assertThat(lake.rows(table)).isEmpty();
    assertThat(lake.spooled(table, 1)).isEmpty();
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.STOPPED);
    assertThat(lake.state(table).fault()).isEmpty();
  }

  @Test
  void tableThatIsDroppedWhileItIsReseededIsEmptied() throws IOException {
    lake.live(table, rows(0, 5));
    lake.update(table, state -> state.reseed(table.schema(), "asked for", MirroredLake.NOW));
    lake.apply(table.seedBegin(2));
    lake.apply(table.transaction().insert(7, "n", "d").event(), table.dropped());

    assertThat(lake.rows(table)).isEmpty();
    assertThat(lake.spooled(table, 2)).isEmpty();
    lake.update(table, s -> s.copying(2, table.schema(), MirroredLake.SNAPSHOT, MirroredLake.NOW));
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.SPOOLING);
  }

  @Test
  void anotherTableOfTheSameNameIsLeftAlone() throws IOException {
    lake.live(table, rows(0, 5));
    final byte[] dropped = table.dropped();
    SourceTable again = new SourceTable(16_500, "accounts", ReplicaIdentity.DEFAULT);
    lake.live(again, rows(100, 103));

    lake.apply(dropped);

    assertThat(lake.rows(again).keySet()).containsExactly(100L, 101L, 102L);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.STOPPED);
    lake.apply(again.transaction().insert(103, "n", "d").event());
    assertThat(lake.rows(again)).hasSize(4);
    assertThat(lake.state(again).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void theNextTableOfTheNameReplacesTheEmptyOne() throws IOException {
    lake.live(table, rows(0, 5));
    lake.apply(table.dropped());
    SourceTable again = new SourceTable(16_500, "accounts", ReplicaIdentity.DEFAULT);
    lake.live(again, rows(100, 103));

    assertThat(lake.rows(again)).hasSize(3);
    assertThat(latest("accounts").isDropped()).isFalse();
    lake.apply(table.dropped());
    assertThat(lake.rows(again)).hasSize(3);
  }

  @Test
  void aTableThatTheMirrorDoesNotKnowCannotBeDropped() throws IOException {
    lake.apply(table.dropped());

    assertThat(lake.state().table(table.oid())).isEmpty();
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void anEarlierGenerationDropsNothing() throws IOException {
    lake.live(table, rows(0, 5));
    Position earlier = new Position(SourceTable.GENERATION - 1, 9_000, 1);

    lake.apply(
        EventCodec.encode(new HubEvent.TableDropped(SourceTable.MIRROR, 1, table.oid(), earlier)));

    assertThat(lake.rows(table)).hasSize(5);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void aDropFromTheFutureIsRefused() throws IOException {
    lake.live(table, rows(0, 5));
    Position later = new Position(SourceTable.GENERATION + 1, 9_000, 1);
    Position beyond = new Position(SourceTable.GENERATION, Long.MAX_VALUE, 1);

    lake.apply(
        EventCodec.encode(new HubEvent.TableDropped(SourceTable.MIRROR, 1, table.oid(), later)),
        EventCodec.encode(new HubEvent.TableDropped(SourceTable.MIRROR, 1, table.oid(), beyond)));

    assertThat(lake.rows(table)).hasSize(5);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.deadLetters()).hasSize(2);
  }

  @Test
  void renamedTableLeavesItsFormerNameEmpty() throws IOException {
    lake.live(table, rows(0, 5));
    table.in(named(table.schema(), "customers"));
    lake.update(table, state -> state.reseed(table.schema(), "renamed", MirroredLake.NOW));
    lake.apply(table.seedBegin(2));
    lake.copy(table, 2, new SeedSnapshot("100:100:", 2), rows(0, 6));
    assertThat(read("accounts")).hasSize(5);

    lake.apply(table.seedReady(2));

    assertThat(read("customers")).hasSize(6);
    assertThat(read("accounts")).isEmpty();
    assertThat(lake.state(table).shapes().formerNames()).isEmpty();
    lake.apply(table.transaction().insert(9, "n", "d").event());
    assertThat(read("customers")).hasSize(7);
  }

  @Test
  void whatACrashLeftUnderAFormerNameIsEmptiedLater() throws IOException {
    lake.live(table, rows(0, 5));
    table.in(named(table.schema(), "customers"));
    lake.update(table, state -> state.reseed(table.schema(), "renamed", MirroredLake.NOW));
    lake.apply(table.seedBegin(2));
    lake.copy(table, 2, new SeedSnapshot("100:100:", 2), rows(0, 6));
    lake.update(table, state -> state.live(2, MirroredLake.NOW));
    assertThat(lake.state(table).shapes().formerNames()).hasSize(1);

    lake.apply(table.seedReady(2));

    assertThat(read("accounts")).isEmpty();
    assertThat(read("customers")).hasSize(6);
    assertThat(lake.state(table).shapes().formerNames()).isEmpty();
  }

  @Test
  void aNameThatCameBackIsNotEmptied() throws IOException {
    TableSchema accounts = table.schema();
    lake.live(table, rows(0, 5));
    reseed(table.in(named(accounts, "customers")), 2, rows(0, 6));
    reseed(table.in(accounts), 3, rows(0, 7));

    assertThat(read("accounts")).hasSize(7);
    assertThat(read("customers")).isEmpty();
    assertThat(lake.state(table).shapes().formerNames()).isEmpty();
  }

  @Test
  void tablesThatSwapTheirNamesKeepTheirRows() throws IOException {
    SourceTable other = new SourceTable(16_500, "others", ReplicaIdentity.DEFAULT);
    lake.live(table, rows(0, 5));
    lake.live(other, rows(100, 103));
    TableSchema accounts = named(other.schema(), "accounts");
    TableSchema others = named(table.schema(), "others");

    reseed(table.in(others), 2, rows(0, 5));
    assertThat(read("accounts")).isEmpty();
    reseed(other.in(accounts), 2, rows(100, 103));

    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(lake.rows(other).keySet()).containsExactly(100L, 101L, 102L);
    assertThat(latest("others").shape().oid()).isEqualTo(table.oid());
    lake.apply(
        table.transaction().insert(9, "n", "d").event(),
        other.transaction().insert(109, "n", "d").event());
    assertThat(lake.rows(table)).hasSize(6);
    assertThat(lake.rows(other)).hasSize(4);
  }

  @Test
  void droppedAfterARenameBothNamesAreEmpty() throws IOException {
    lake.live(table, rows(0, 5));
    table.in(named(table.schema(), "customers"));
    lake.update(table, state -> state.reseed(table.schema(), "renamed", MirroredLake.NOW));

    lake.apply(table.dropped());

    assertThat(read("accounts")).isEmpty();
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.STOPPED);
  }
}
