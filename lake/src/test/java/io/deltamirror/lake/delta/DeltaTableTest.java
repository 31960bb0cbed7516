package io.deltamirror.lake.delta;

import static io.deltamirror.lake.delta.TestTables.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTableTest {
  private static final TableSchema SHAPE = TestTables.accounts(16_400);
  private static final Position FLOOR = new Position(7, -0x10, 3);
  private static final String PATH = "Tables/public/accounts";

  @TempDir Path lake;
  private LakeStorage storage;
  private DeltaTables tables;

  @BeforeEach
  void openLake() throws IOException {
    storage = new LocalLakeStorage(lake);
    tables = new DeltaTables(storage, 10);
  }

  private static List<Object[]> rows(long from, long to) {
    return rows(from, to, id -> "note " + id);
  }

  private static List<Object[]> rows(long from, long to, LongFunction<String> note) {
    return LongStream.range(from, to)
        .mapToObj(id -> new Object[] {id, new Utf8(note.apply(id))})
        .toList();
  }

  private TableVersion seed(List<Object[]> rows) throws IOException {
    return TestTables.seed(tables, "m", SHAPE, 1, SNAPSHOT, FLOOR, rows);
  }

  private static Position position(long ordinal) {
    return new Position(7, -0x0f, ordinal);
  }

  private static ChangeCommit change(
      TableVersion base, Position position, Map<LiveFile, RowSet> deleted, WrittenFile... added) {
    return new ChangeCommit(base, position, false, deleted, List.of(added), summary());
  }

  private static CommitSummary summary() {
    return new CommitSummary(1_000_000, 2_000_000, 1, 2, 3, 0, Optional.of(true));
  }

  private WrittenFile file(TableVersion version, List<Object[]> rows) throws IOException {
    return TestTables.write(tables.files(), tables.at(PATH), version.columns(), rows);
  }

  private static RowSet rowSet(long... rows) {
    RowSet.Builder builder = new RowSet.Builder();
    LongStream.of(rows).forEach(builder::add);
    return builder.build();
  }

  private List<Long> ids() throws IOException {
    return TestTables.read(lake, PATH).stream().map(row -> (Long) row.get(0)).sorted().toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void thereIsNoTableBeforeItsSeed() {
    assertThat(tables.at(PATH).current()).isEmpty();
    assertThat(tables.at(PATH).reload()).isEmpty();
  }

  @Test
  void seedMakesTheTableAppearWhole() throws IOException {
    TableVersion seeded = seed(rows(0, 1000));

    assertThat(seeded.version()).isZero();
    assertThat(seeded.rows()).isEqualTo(1000);
    assertThat(ids()).isEqualTo(range(0, 1000));
    assertThat(TestTables.read(lake, PATH).get(0)).containsExactly(0L, "note 0");
  }

  @Test
  void anotherProcessReadsWhatTheCommitSaid() throws IOException {
    TableVersion seeded = seed(rows(0, 1000));
    LiveFile file = seeded.files().iterator().next();
    TableVersion changed =
        tables.at(PATH).commit(change(seeded, position(1), Map.of(file, rowSet(3, 5))));

    TableVersion read = new DeltaTables(storage, 1).at(PATH).current().orElseThrow();

    assertThat(read.version()).isEqualTo(changed.version()).isEqualTo(1);
    assertThat(read.position()).isEqualTo(position(1));
    assertThat(read.counter()).isEqualTo(2);
    assertThat(read.mirror()).isEqualTo("m");
    assertThat(read.seed()).isEqualTo(1);
    assertThat(read.seedSnapshot()).isEqualTo(SNAPSHOT);
    assertThat(read.shape()).isEqualTo(SHAPE);
    assertThat(read.columns().all()).isEqualTo(seeded.columns().all());
    assertThat(read.rows()).isEqualTo(998);
    LiveFile only = read.files().iterator().next();
    assertThat(only.rows()).isEqualTo(1000);
    assertThat(only.deleted().contains(3)).isTrue();
    assertThat(only.deleted().contains(4)).isFalse();
    assertThat(only.deleted().size()).isEqualTo(2);
    assertThat(only.keyBounds()).isEqualTo(new KeyBounds(0L, 999L));
  }

  @Test
  void deletionVectorsOfOneFileAddUp() throws IOException {
    TableVersion version = seed(rows(0, 100));
    DeltaTable table = tables.at(PATH);
    for (int i = 0; i < 30; i++) {
      LiveFile file = version.files().iterator().next();
      version = table.commit(change(version, position(i + 1), Map.of(file, rowSet(i))));
    }

    assertThat(ids()).isEqualTo(range(30, 100));
    assertThat(version.rows()).isEqualTo(70);
    assertThat(version.position()).isEqualTo(position(30));
    TableVersion reloaded = table.reload().orElseThrow();
    assertThat(reloaded.rows()).isEqualTo(70);
    assertThat(reloaded.counter()).isEqualTo(31);
  }

  @Test
  void fileWithoutAnyRowLeftIsRemoved() throws IOException {
    TableVersion seeded = seed(rows(0, 3));
    LiveFile file = seeded.files().iterator().next();
    WrittenFile next = file(seeded, rows(10, 12));

    TableVersion changed =
        tables.at(PATH).commit(change(seeded, position(1), Map.of(file, rowSet(0, 1, 2)), next));

    assertThat(ids()).containsExactly(10L, 11L);
    assertThat(changed.files()).hasSize(1);
    assertThat(tables.at(PATH).reload().orElseThrow().files()).hasSize(1);
  }

  @Test
  void truncateRemovesEveryRow() throws IOException {
    TableVersion seeded = seed(rows(0, 100));
    WrittenFile next = file(seeded, rows(7, 8));

    tables
        .at(PATH)
        .commit(new ChangeCommit(seeded, position(1), true, Map.of(), List.of(next), summary()));

    assertThat(ids()).containsExactly(7L);
  }

  @Test
  void positionAloneCanMove() throws IOException {
    TableVersion seeded = seed(rows(0, 2));

    tables.at(PATH).commit(change(seeded, position(9), Map.of()));

    assertThat(tables.at(PATH).reload().orElseThrow().position()).isEqualTo(position(9));
    assertThat(ids()).containsExactly(0L, 1L);
  }

  @Test
  void commitOnAnOldVersionIsAConflict() throws IOException {
    TableVersion seeded = seed(rows(0, 2));
    DeltaTable other = new DeltaTables(storage, 1).at(PATH);
    other.commit(change(other.current().orElseThrow(), position(1), Map.of()));

    assertThatThrownBy(() -> tables.at(PATH).commit(change(seeded, position(2), Map.of())))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
    assertThat(tables.at(PATH).current().orElseThrow().position()).isEqualTo(position(1));
  }

  @Test
  void checkpointsAreCompressedAndCarryThePosition() throws IOException {
    TableVersion version = seed(rows(0, 100));
    for (int i = 1; i <= 45; i++) {
      version = tables.at(PATH).commit(change(version, position(i), Map.of()));
    }

    Path log = lake.resolve(PATH).resolve("_delta_log");
    assertThat(codec(log.resolve("00000000000000000040.checkpoint.parquet")))
        .isEqualTo(CompressionCodecName.SNAPPY);
    for (int v = 0; v < 40; v++) {
      Files.delete(log.resolve(String.format("%020d.json", v)));
    }
    TableVersion read = new DeltaTables(storage, 1).at(PATH).current().orElseThrow();
    assertThat(read.position()).isEqualTo(position(45));
    assertThat(read.rows()).isEqualTo(100);
    assertThat(ids()).hasSize(100);
  }

  private static CompressionCodecName codec(Path parquet) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(parquet))) {
      return reader.getRowGroups().get(0).getColumns().get(0).getCodec();
    }
  }

  @Test
  void committedSeedIsNotCommittedAgain() throws IOException {
    seed(rows(0, 10));

    TableVersion again = seed(rows(0, 10));

    assertThat(again.version()).isZero();
    assertThat(ids()).hasSize(10);
  }

  @Test
  void reseedReplacesRowsAndColumns() throws IOException {
    TableVersion seeded = seed(rows(0, 10));
    TableSchema reshaped =
        new TableSchema(
            SHAPE.oid(),
            SHAPE.name(),
            List.of(
                new Column(3, "id", 25, -1, "text", 1), // another type, and key
                new Column(4, "city", 1042, 7, "character(3)", 2),
                new Column(2, "note", 25, -1, "text", 0)),
            ReplicaIdentity.DEFAULT);
    SeedSnapshot snapshot = new SeedSnapshot("200:200:", 500);
    Object[] row = {new Utf8("a"), new Utf8("xyz"), null};

    TableVersion reseeded =
        TestTables.seed(tables, "m", reshaped, 2, snapshot, position(1), List.<Object[]>of(row));

    assertThat(reseeded.version()).isEqualTo(1);
    assertThat(TestTables.read(lake, PATH))
        .containsExactly(java.util.Arrays.asList("a", "xyz", null));
    assertThat(reseeded.columns().all())
        .extracting(TableColumn::physicalName)
        .doesNotContainAnyElementsOf(
            seeded.columns().all().stream().map(TableColumn::physicalName).toList());
    TableVersion reloaded = tables.at(PATH).reload().orElseThrow();
    assertThat(reloaded.columns().all()).isEqualTo(reseeded.columns().all());
    assertThat(reloaded.counter()).isEqualTo(2);
    assertThat(reloaded.position()).isEqualTo(position(1));
    assertThat(TestTables.read(lake, PATH, Optional.of(0L))).hasSize(10);
  }

  @Test
  void reseedOfTheSameShapeKeepsItsColumns() throws IOException {
    TableVersion seeded = seed(rows(0, 10));

    TableColumns planned = tables.at(PATH).plan(SHAPE, new SeedSnapshot("300:300:", 700));

    assertThat(planned.all()).isEqualTo(seeded.columns().all());
  }

  @Test
  void seedOnAnOldVersionIsAConflict() throws IOException {
    TableVersion seeded = seed(rows(0, 10));
    tables.at(PATH).commit(change(seeded, position(1), Map.of()));
    SeedSnapshot another = new SeedSnapshot("90:90:", 0);
    SeedCommit late =
        new SeedCommit(
            Optional.of(seeded), "m", SHAPE, seeded.columns(), 1, another, FLOOR, List.of());

    assertThatThrownBy(() -> tables.at(PATH).commit(late))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
    assertThat(ids()).hasSize(10);
  }

  @Test
  void tableOfAnotherMirrorIsLeftAlone() throws IOException {
    seed(rows(0, 10));

    assertThatThrownBy(
            () -> TestTables.seed(tables, "other", SHAPE, 1, SNAPSHOT, FLOOR, rows(0, 1)))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LAKE_TABLE_FOREIGN));
    assertThat(ids()).hasSize(10);
  }

  @Test
  void commitInfoSaysWhatIsInIt() throws IOException {
    TableVersion seeded = seed(rows(0, 10));
    tables.at(PATH).commit(change(seeded, position(1), Map.of()));

    String commit =
        Files.readString(lake.resolve(PATH).resolve("_delta_log/00000000000000000001.json"));

    assertThat(commit.lines().findFirst().orElseThrow())
        .contains("\"operation\":\"STREAMING UPDATE\"")
        .contains("\"sourceFrom\":\"1970-01-01T00:00:01Z\"")
        .contains("\"updates\":\"2\"")
        .contains("\"endsTransaction\":\"true\"");
  }

  @Test
  void emptyTableIsATable() throws IOException {
    seed(List.of());

    assertThat(TestTables.read(lake, PATH)).isEmpty();
    assertThat(new ArrayList<>(tables.at(PATH).current().orElseThrow().files())).isEmpty();
  }
}
