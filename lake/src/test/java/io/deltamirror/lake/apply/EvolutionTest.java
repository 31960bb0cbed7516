package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.TestTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that go on in another shape, in order with their rows. */
class EvolutionTest {
  private static final int[] NONE = {};
  private static final Column ID = new Column(1, "id", 20, -1, "bigint", 1);
  private static final Column NOTE = new Column(2, "note", 25, -1, "text", 0);
  private static final Column DOCUMENT = new Column(3, "document", 25, -1, "text", 0);
  private static final Column AMOUNT = new Column(4, "amount", 23, -1, "integer", 0);

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

  private static TableSchema shape(Map<Integer, String> missing, Column... columns) {
    return new TableSchema(
        16_400,
        new TableName("public", "accounts"),
        List.of(columns),
        ReplicaIdentity.DEFAULT,
        Math.max(3, columns[columns.length - 1].attnum()),
        missing);
  }

  private static TableSchema shape(Column... columns) {
    return shape(Map.of(), columns);
  }

  private static Column called(Column column, String name) {
    return new Column(
        column.attnum(),
        name,
        column.typeOid(),
        column.typmod(),
        column.typeName(),
        column.keyOrdinal(),
        column.carriedAs());
  }

  private static List<Object[]> rows(long from, long to) {
    return LongStream.range(from, to).mapToObj(id -> row(id, "n" + id, "d" + id)).toList();
  }

  private TableVersion latest() {
    return new DeltaTables(lake.storage(), 1).of(table.schema().name()).reload().orElseThrow();
  }

  private List<String> fields() {
    String path = folder.resolve("lake").resolve("Tables/public/accounts").toString();
    return TableManager.loadSnapshot(path)
        .build(DefaultEngine.create(new Configuration()))
        .getSchema()
        .fieldNames();
  }

  @Test
  void olderRowsAreNullInAnAddedColumn() throws IOException {
    lake.live(table, rows(0, 3));
    byte[] before = table.transaction().insert(5, "n5", "d5").event();
    table.in(shape(ID, NOTE, DOCUMENT, AMOUNT));
    byte[] after = table.transaction().insert(6L, "n6", "d6", 60).event();

    lake.apply(before, after);

    assertThat(fields()).containsExactly("id", "note", "document", "amount");
    assertThat(lake.rows(table).get(0L)).isEqualTo(asList(0L, "n0", "d0", null));
    assertThat(lake.rows(table).get(5L)).isEqualTo(asList(5L, "n5", "d5", null));
    assertThat(lake.rows(table).get(6L)).containsExactly(6L, "n6", "d6", 60);
    assertThat(lake.applied(table)).isEqualTo(table.sent());
    assertThat(latest().shape()).isEqualTo(table.schema());
  }

  @Test
  void olderRowsHaveTheDefaultOfAnAddedColumn() throws IOException {
    lake.live(table, rows(0, 10));
    lake.apply(table.transaction().delete(3).update(4, "n4", "changed").event());
    byte[] before = table.transaction().insert(20, "n20", "d20").delete(5).event();
    table.in(shape(Map.of(4, "7"), ID, NOTE, DOCUMENT, AMOUNT));
    byte[] after = table.insert(21L, "n21", null, null).update(NONE, 1L, "n1", "d1", 8).event();

    lake.apply(before, after);

    Map<Long, List<Object>> rows = lake.rows(table);
    assertThat(rows.keySet()).containsExactly(0L, 1L, 2L, 4L, 6L, 7L, 8L, 9L, 20L, 21L);
    assertThat(rows.get(0L)).containsExactly(0L, "n0", "d0", 7);
    assertThat(rows.get(1L)).containsExactly(1L, "n1", "d1", 8);
    assertThat(rows.get(4L)).containsExactly(4L, "n4", "changed", 7);
    assertThat(rows.get(20L)).containsExactly(20L, "n20", "d20", 7);
    assertThat(rows.get(21L)).isEqualTo(asList(21L, "n21", null, null));
    assertThat(latest().rows()).isEqualTo(10);
    assertThat(latest().shape().missing()).isEmpty();
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void theDefaultComesInOneCommitWithTheColumn() throws IOException {
    lake.live(table, rows(0, 10));
    long version = lake.version(table);
    table.in(shape(Map.of(4, "7"), ID, NOTE, DOCUMENT, AMOUNT));
    lake.apply(table.transaction().reshape().event());

    assertThat(lake.version(table)).isEqualTo(version + 2); // the shape, and the position
    String path = LakePaths.table(table.schema().name());
    assertThat(TestTables.read(folder.resolve("lake"), path, Optional.of(version + 1)))
        .hasSize(10)
        .allSatisfy(row -> assertThat(row.get(3)).isEqualTo(7));
  }

  /** Its LSN is that of the transaction behind which it stands. */
  @Test
  void rowsBeforeAShapeWithoutRowsAreThatTransactionsLast() throws IOException {
    lake.live(table, rows(0, 3));
    long version = lake.version(table);
    byte[] before = table.transaction().insert(5, "n5", "d5").event();
    table.in(shape(ID, NOTE, DOCUMENT, AMOUNT));

    lake.apply(before, table.reshape().event());

    Path log = folder.resolve("lake").resolve("Tables/public/accounts/_delta_log");
    assertThat(Files.readString(log.resolve(String.format("%020d.json", version + 1))))
        .contains("\"inserts\":\"1\"", "\"endsTransaction\":\"true\"");
    assertThat(lake.applied(table)).isEqualTo(table.sent());
    assertThat(fields()).contains("amount");
  }

  @Test
  void droppedColumnIsGoneAndComesBackAsAnotherOne() throws IOException {
    lake.live(table, rows(0, 3));
    table.in(shape(ID, DOCUMENT));
    byte[] without = table.transaction().update(NONE, 1L, "D1").insert(5L, "d5").event();
    lake.apply(without);
    assertThat(fields()).containsExactly("id", "document");
    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "D1");

    table.in(shape(ID, DOCUMENT, new Column(4, "note", 25, -1, "text", 0)));
    lake.apply(table.transaction().update(new int[] {1}, 2L, null, "again").event());

    assertThat(fields()).containsExactly("id", "document", "note");
    assertThat(lake.rows(table).get(0L)).isEqualTo(asList(0L, "d0", null));
    assertThat(lake.rows(table).get(2L)).containsExactly(2L, "d2", "again");
  }

  @Test
  void historyStaysInARenamedColumn() throws IOException {
    lake.live(table, rows(0, 5));
    table.in(shape(called(ID, "number"), called(NOTE, "document"), called(DOCUMENT, "note")));
    table.transaction().update(new int[] {2}, 1L, "changed", null).delete(2);

    lake.apply(table.event());

    assertThat(fields()).containsExactly("number", "document", "note");
    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 3L, 4L);
    assertThat(lake.rows(table).get(0L)).containsExactly(0L, "n0", "d0");
    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "changed", "d1");
  }

  @Test
  void unchangedValueIsTakenFromRowsOfAnOlderShape() throws IOException {
    lake.live(table, rows(0, 5));
    byte[] before = table.transaction().updateNote(1, "first").insert(7, "n7", "d7").event();
    table.in(shape(Map.of(4, "9"), ID, called(DOCUMENT, "text"), AMOUNT));
    table.update(new int[] {1}, 1L, null, 10).update(new int[] {1}, 7L, null, 11);
    byte[] after = table.transaction().update(new int[] {1, 2}, 4L, null, null).event();

    lake.apply(before, after);

    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "d1", 10);
    assertThat(lake.rows(table).get(7L)).containsExactly(7L, "d7", 11);
    assertThat(lake.rows(table).get(4L)).containsExactly(4L, "d4", 9);
  }

  @Test
  void aShapeAloneMovesThePosition() throws IOException {
    lake.live(table, rows(0, 3));
    table.in(shape(ID, NOTE, DOCUMENT, AMOUNT));

    lake.apply(table.transaction().reshape().event());

    assertThat(fields()).contains("amount");
    assertThat(lake.applied(table)).isEqualTo(table.sent());
    assertThat(lake.rows(table)).hasSize(3);
  }

  @Test
  void sameEventsAgainChangeNothing() throws IOException {
    lake.live(table, rows(0, 3));
    List<byte[]> events = new ArrayList<>();
    events.add(table.transaction().insert(5, "n5", "d5").event());
    table.in(shape(Map.of(4, "7"), ID, NOTE, DOCUMENT, AMOUNT));
    events.add(table.transaction().insert(6L, "n6", "d6", 60).event());
    table.in(shape(ID, called(NOTE, "remark"), AMOUNT));
    events.add(table.transaction().reshape().event());
    events.add(table.transaction().insert(7L, "n7", 70).event());
    lake.apply(events);
    final long version = lake.version(table);
    final Map<Long, List<Object>> rows = lake.rows(table);

    lake.apply(events);
    lake.apply(events.subList(0, 1));
    lake.apply(events.subList(1, 3));

    assertThat(lake.version(table)).isEqualTo(version);
    assertThat(lake.rows(table)).isEqualTo(rows);
    assertThat(rows.get(5L)).containsExactly(5L, "n5", 7);
    assertThat(fields()).containsExactly("id", "remark", "amount");
  }

  @Test
  void aTypeThatIsCarriedAlikeIsRecorded() throws IOException {
    lake.live(table, rows(0, 3));
    Column longer = new Column(2, "note", 1043, 24, "character varying(20)", 0);
    table.in(shape(ID, longer, DOCUMENT));

    lake.apply(table.transaction().insert(5L, "n5", "d5").event());

    assertThat(latest().shape().columns()).contains(longer);
    assertThat(lake.rows(table)).hasSize(4);
  }

  @Test
  void aShapeThatTheRowsCannotTakeReseedsTheTable() throws IOException {
    lake.live(table, rows(0, 3));
    byte[] before = table.transaction().insert(5, "n5", "d5").event();
    final Position between = table.sent();
    table.in(shape(ID, new Column(2, "note", 23, -1, "integer", 0), DOCUMENT));
    byte[] after = table.transaction().insert(6L, 1, "d6").event();

    lake.apply(before, after);

    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 2L, 5L);
    assertThat(lake.state(table).seed()).isEqualTo(2);
    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.state(table).reason())
        .isEqualTo("SHAPE_CHANGED: column note is now carried as integer");
    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.state(table).shapes().changes())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.position()).isEqualTo(between);
              assertThat(change.what())
                  .containsExactly(
                      "column note text becomes integer",
                      "copied anew: SHAPE_CHANGED: column note is now carried as integer");
              assertThat(change.seed()).isEqualTo(2);
            });
  }

  /** The worker registers a shape when it is in the hub, which may be long before it is applied. */
  @Test
  void aTableThatIsReseededOnTheWayToALaterShapeDoesNotGoBackToAnEarlierOne() throws IOException {
    lake.live(table, rows(0, 3));
    table.in(shape(ID, new Column(2, "note", 23, -1, "integer", 0), DOCUMENT));
    byte[] between = table.transaction().insert(6L, 1, "d6").event();
    TableSchema latest = shape(ID, new Column(2, "note", 23, -1, "integer", 0), DOCUMENT, AMOUNT);
    ShapeChange registered =
        new ShapeChange(table.sent(), Instant.EPOCH, List.of("added"), "", latest.inWords(), 0);
    lake.update(table, state -> state.reshaped(latest).with(state.shapes().with(registered)));

    lake.apply(between);

    assertThat(lake.state(table).seed()).isEqualTo(2);
    assertThat(lake.state(table).schema()).contains(latest);
    assertThat(lake.state(table).shapes().changes()).containsExactly(registered);
  }

  @Test
  void aDefaultThatItsColumnCannotHoldReseedsTheTable() throws IOException {
    lake.live(table, rows(0, 3));
    table.in(shape(Map.of(4, "infinity"), ID, NOTE, DOCUMENT, date()));

    lake.apply(table.transaction().insert(6L, "n", "d", 1).event());

    assertThat(lake.rows(table)).hasSize(3);
    assertThat(fields()).hasSize(3);
    assertThat(lake.state(table).seed()).isEqualTo(2);
    assertThat(lake.state(table).reason()).startsWith("SHAPE_CHANGED").contains("column day");
  }

  private static Column date() {
    return new Column(4, "day", 1082, -1, "date", 0);
  }

  @Test
  void shapesThatWaitInTheSpoolAreGoneThrough() throws IOException {
    lake.join(table);
    lake.apply(table.seedBegin(1));
    lake.apply(table.transaction().insert(5, "n5", "d5").event());
    lake.copy(table, 1, MirroredLake.SNAPSHOT, rows(0, 3));
    table.in(shape(Map.of(4, "7"), ID, NOTE, DOCUMENT, AMOUNT));
    lake.apply(table.transaction().insert(6L, "n6", "d6", 60).event());
    table.in(shape(ID, AMOUNT));
    lake.apply(table.transaction().insert(7L, 70).event(), table.seedReady(1));

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.LIVE);
    assertThat(lake.rows(table).values())
        .containsExactlyInAnyOrder(
            asList(0L, 7),
            asList(1L, 7),
            asList(2L, 7),
            asList(5L, 7),
            asList(6L, 60),
            asList(7L, 70));
  }

  @Test
  void changesThatTheCopyContainsDoNotBringBackTheirShape() throws IOException {
    SourceTable early = SourceTable.accounts();
    lake.join(early);
    lake.apply(early.seedBegin(1));
    lake.apply(early.transaction().insert(5, "n5", "d5").event());
    TableSchema later = shape(ID, DOCUMENT, AMOUNT);
    SeedSnapshot snapshot = new SeedSnapshot("600:600:", early.commitLsn() + 50);
    early.in(later);
    lake.copy(early, 1, snapshot, List.<Object[]>of(SourceTable.values(5L, "d5", 50)));

    lake.apply(early.transaction().insert(6L, "d6", 60).event(), early.seedReady(1));

    assertThat(lake.state(early).seed()).isEqualTo(1);
    assertThat(lake.rows(early).values())
        .containsExactly(asList(5L, "d5", 50), asList(6L, "d6", 60));
  }

  @Test
  void namesInFilesAndIdsAreNeverUsedAgain() throws IOException {
    lake.live(table, rows(0, 3));
    Set<String> names = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    latest().columns().all().forEach(column -> seen(column, names, ids));
    for (int attnum = 4; attnum < 8; attnum++) {
      Column again = new Column(attnum, "amount", 23, -1, "integer", 0);
      table.in(shape(ID, again));
      lake.apply(table.transaction().insert((long) attnum, attnum).event());
      TableColumn added = latest().columns().all().get(1);
      assertThat(seen(added, names, ids)).as("attnum " + attnum).isTrue();
    }
    table.in(shape(ID, new Column(8, "amount", 25, -1, "text", 0)));
    lake.update(table, state -> state.reseed(table.schema(), "asked for", MirroredLake.NOW));
    lake.apply(table.seedBegin(2));
    lake.copy(table, 2, new SeedSnapshot("900:900:", 1_700), List.of());
    lake.apply(table.seedReady(2));

    assertThat(seen(latest().columns().all().get(1), names, ids)).isTrue();
  }

  private static boolean seen(TableColumn column, Set<String> names, Set<Integer> ids) {
    boolean newName = names.add(column.physicalName());
    return ids.add(column.fieldId()) && newName;
  }

  @Test
  void whoMeetsATableThatWasEvolvedMeanwhileGoesOnWithIt() throws IOException {
    lake.live(table, rows(0, 3));
    try (MirroredLake other = new MirroredLake(folder)) {
      other.apply(table.transaction().insert(5, "n5", "d5").event());
      table.in(shape(Map.of(4, "7"), ID, NOTE, DOCUMENT, AMOUNT));
      byte[] evolving = table.transaction().insert(6L, "n6", "d6", 60).event();
      lake.apply(evolving);

      other.apply(evolving, table.transaction().insert(8L, "n8", "d8", 80).event());
    }

    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(lake.rows(table).keySet()).containsExactly(0L, 1L, 2L, 5L, 6L, 8L);
    assertThat(lake.rows(table).get(5L)).containsExactly(5L, "n5", "d5", 7);
  }

  @Test
  void aNameThatDiffersByCaseAloneGivesWayUntilTheOtherIsGone() throws IOException {
    lake.live(table, rows(0, 2));
    Column louder = new Column(4, "NOTE", 23, -1, "integer", 0);
    table.in(shape(ID, NOTE, louder));
    lake.apply(table.transaction().insert(5L, "n5", 50).event());
    assertThat(fields()).containsExactly("id", "note", "NOTE_4");

    table.in(shape(ID, louder));
    lake.apply(table.transaction().insert(6L, 60).event());

    assertThat(fields()).containsExactly("id", "NOTE");
    assertThat(lake.rows(table).values())
        .containsExactly(asList(0L, null), asList(1L, null), asList(5L, 50), asList(6L, 60));
  }

  @Test
  void aTableWithoutKeyTakesAnotherShape() throws IOException {
    Column keyless = new Column(1, "id", 20, -1, "bigint", 0);
    SourceTable log = new SourceTable(keyless(Map.of(), keyless, NOTE, DOCUMENT));
    lake.live(log, rows(0, 3));
    log.in(keyless(Map.of(4, "7"), keyless, DOCUMENT, AMOUNT));

    lake.apply(log.transaction().insert(9L, "d9", 90).event());

    assertThat(lake.rows(log).values())
        .containsExactly(
            asList(0L, "d0", 7), asList(1L, "d1", 7), asList(2L, "d2", 7), asList(9L, "d9", 90));
  }

  private static TableSchema keyless(Map<Integer, String> missing, Column... columns) {
    return new TableSchema(
        16_600,
        new TableName("public", "log"),
        List.of(columns),
        ReplicaIdentity.NOTHING,
        Math.max(3, columns[columns.length - 1].attnum()),
        missing);
  }

  @Test
  void anEmptyTableTakesAnyShape() throws IOException {
    lake.live(table, List.of());
    table.in(shape(Map.of(4, "7"), ID, AMOUNT));

    lake.apply(table.transaction().insert(5L, 50).event());

    assertThat(lake.rows(table).values()).containsExactly(asList(5L, 50));
  }
}
