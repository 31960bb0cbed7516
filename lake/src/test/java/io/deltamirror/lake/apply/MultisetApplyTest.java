package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.delta.LiveFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table without key under REPLICA IDENTITY FULL. */
class MultisetApplyTest {
  @TempDir Path folder;
  private MirroredLake lake;
  private final SourceTable table = keyless(ReplicaIdentity.FULL);

  @BeforeEach
  void openLake() throws IOException {
    lake = new MirroredLake(folder);
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  static SourceTable keyless(ReplicaIdentity identity) {
    return new SourceTable(
        new TableSchema(
            16_700,
            new TableName("public", "journal"),
            List.of(
                new Column(1, "id", 20, -1, "bigint", 0),
                new Column(2, "note", 25, -1, "text", 0),
                new Column(3, "document", 25, -1, "text", 0)),
            identity));
  }

  private static List<Object> seen(long id, String note, String document) {
    return asList(id, note, document);
  }

  @Test
  void deleteRemovesExactlyOneOfEqualRows() throws IOException {
    lake.live(table, List.of(row(1, "a", null), row(1, "a", null), row(2, "b", "B")));
    lake.apply(table.transaction().insert(1, "a", null).insert(1, "a", null).event());

    for (long left = 3; left >= 1; left--) {
      lake.apply(table.transaction().erase(row(1, "a", null)).event());

      assertThat(lake.counted(table))
          .isEqualTo(Map.of(seen(1, "a", null), left, seen(2, "b", "B"), 1L));
    }
    lake.apply(table.transaction().erase(row(1, "a", null)).event());

    assertThat(lake.counted(table)).isEqualTo(Map.of(seen(2, "b", "B"), 1L));
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }

  @Test
  void thousandEqualRowsAreCounted() throws IOException {
    lake.live(table, Collections.nCopies(400, row(1, "a", "A")));
    table.transaction();
    for (int i = 0; i < 600; i++) {
      table.insert(1, "a", "A");
    }
    lake.apply(table.event());
    table.transaction();
    for (int i = 0; i < 999; i++) {
      table.erase(row(1, "a", "A"));
    }

    lake.apply(table.event());

    assertThat(lake.counted(table)).isEqualTo(Map.of(seen(1, "a", "A"), 1L));
  }

  @Test
  void rowInsertedAndDeletedInOneSliceLeavesEqualOnesAlone() throws IOException {
    lake.live(table, List.<Object[]>of(row(1, "a", "A")));
    LiveFile before = onlyFile();

    lake.apply(table.transaction().insert(1, "a", "A").erase(row(1, "a", "A")).event());

    assertThat(lake.counted(table)).isEqualTo(Map.of(seen(1, "a", "A"), 1L));
    assertThat(onlyFile().dataFile()).isEqualTo(before.dataFile());
    assertThat(lake.applied(table)).isEqualTo(table.sent());
  }

  private LiveFile onlyFile() {
    List<LiveFile> files =
        new ArrayList<>(lake.tables().of(table.schema().name()).reload().orElseThrow().files());
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  @Test
  void updateTakesUnchangedValueFromItsOldRow() throws IOException {
    lake.live(table, List.of(row(1, "a", "large"), row(1, "a", "other")));

    lake.apply(
        table
            .transaction()
            .replace(row(1, "a", "large"), row(2, "b", null), 2)
            .replace(row(2, "b", "large"), row(3, "c", null), 2)
            .event());

    assertThat(lake.counted(table))
        .isEqualTo(Map.of(seen(3, "c", "large"), 1L, seen(1, "a", "other"), 1L));
  }

  @Test
  void rowThatTheMirrorLacksReseedsTheTable() throws IOException {
    lake.live(table, List.<Object[]>of(row(1, "a", null)));

    lake.apply(table.transaction().insert(5, "new", null).erase(row(1, "b", null)).event());

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.state(table).seed()).isEqualTo(2);
    assertThat(lake.state(table).reason()).contains("GAP_IN_STREAM");
    assertThat(lake.counted(table)).isEqualTo(Map.of(seen(1, "a", null), 1L));
  }

  @Test
  void moreEqualRowsThanTheMirrorHasReseedTheTable() throws IOException {
    lake.live(table, List.<Object[]>of(row(1, "a", null)));

    lake.apply(table.transaction().erase(row(1, "a", null)).erase(row(1, "a", null)).event());

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
  }

  @Test
  void truncateEmptiesInOrder() throws IOException {
    lake.live(table, List.of(row(1, "a", null), row(2, "b", null)));

    lake.apply(
        table
            .transaction()
            .erase(row(1, "a", null))
            .insert(3, "c", null)
            .truncate()
            .insert(4, "d", null)
            .insert(4, "d", null)
            .event());

    assertThat(lake.counted(table)).isEqualTo(Map.of(seen(4, "d", null), 2L));
  }

  @Test
  void rowFromBeforeATruncateReseedsTheTable() throws IOException {
    lake.live(table, List.<Object[]>of(row(1, "a", null)));

    lake.apply(table.transaction().truncate().erase(row(1, "a", null)).event());

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
  }

  @Test
  void oldRowThatIsNotWholeReseedsTheTable() throws IOException {
    lake.live(table, List.<Object[]>of(row(1, "a", "large")));

    lake.apply(table.transaction().replace(row(1, "a", null), row(1, "b", null), 2).event());

    assertThat(lake.state(table).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.counted(table)).isEqualTo(Map.of(seen(1, "a", "large"), 1L));
  }

  @Test
  void filesThatCannotHoldARowAreNotRead() throws IOException {
    lake.live(table, rows(0, 100));
    LiveFile first = onlyFile();
    table.transaction();
    LongStream.range(1_000, 1_100).forEach(id -> table.insert(id, "n", "d"));
    lake.apply(table.event());
    lake.apply(table.transaction().insert(5_000, "n", "d").event());
    for (LiveFile file : lake.tables().of(table.schema().name()).current().orElseThrow().files()) {
      if (file.rows() != 100 || file.dataFile().equals(first.dataFile())) {
        lake.storage().delete(file.dataFile().path());
      }
    }

    lake.apply(table.transaction().erase(row(1_050, "n", "d")).event());

    assertThat(lake.applied(table)).isEqualTo(table.sent());
    assertThat(lake.tables().of(table.schema().name()).current().orElseThrow().rows())
        .isEqualTo(200);
  }

  private static List<Object[]> rows(long from, long to) {
    return LongStream.range(from, to).mapToObj(id -> row(id, "n", "d")).toList();
  }

  @Test
  void listsAreEqualByTheirElements() throws IOException {
    SourceTable lists =
        new SourceTable(
            new TableSchema(
                16_701,
                new TableName("public", "lists"),
                List.of(
                    new Column(1, "numbers", 1016, -1, "bigint[]", 0, "array(bigint)"),
                    new Column(2, "words", 1009, -1, "text[]", 0, "array(array(text))")),
                ReplicaIdentity.FULL));
    lake.live(lists, List.of(lists(1L, null, "a"), lists(1L, 2L, "a"), lists(1L, 2L, "b")));

    lake.apply(lists.transaction().erase(lists(1L, 2L, "a")).event());
    assertThat(liveRows(lists)).isEqualTo(2);

    lake.apply(lists.transaction().erase(lists(1L, 2L, "a")).event());
    assertThat(lake.state(lists).stage()).as("it is gone already").isEqualTo(SeedStage.REQUESTED);
  }

  private long liveRows(SourceTable of) {
    return lake.tables().of(of.schema().name()).reload().orElseThrow().rows();
  }

  private static Object[] lists(Long first, Long second, String word) {
    return new Object[] {
      asList(first, second), asList(asList(new Utf8(word), null), asList(null, new Utf8("x")))
    };
  }

  @Test
  void insertOnlyTableTakesInsertsAndTruncate() throws IOException {
    SourceTable log = keyless(ReplicaIdentity.DEFAULT);
    lake.live(log, List.<Object[]>of(row(1, "a", null)));
    lake.apply(log.transaction().insert(1, "a", null).insert(2, "b", null).event());
    assertThat(lake.counted(log)).isEqualTo(Map.of(seen(1, "a", null), 2L, seen(2, "b", null), 1L));

    lake.apply(log.transaction().insert(3, "c", null).truncate().insert(4, "d", null).event());

    assertThat(lake.counted(log)).isEqualTo(Map.of(seen(4, "d", null), 1L));
  }

  @Test
  void changeOfARowInAnInsertOnlyTableReseedsIt() throws IOException {
    SourceTable log = keyless(ReplicaIdentity.NOTHING);
    lake.live(log, List.<Object[]>of(row(1, "a", null)));

    lake.apply(log.transaction().insert(2, "b", null).erase(row(1, "a", null)).event());

    assertThat(lake.state(log).stage()).isEqualTo(SeedStage.REQUESTED);
    assertThat(lake.state(log).reason()).contains("inserts only");
    assertThat(lake.counted(log)).isEqualTo(Map.of(seen(1, "a", null), 1L));
  }
}
