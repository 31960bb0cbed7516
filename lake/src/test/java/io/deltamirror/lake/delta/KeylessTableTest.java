package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.IntegerType;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.parquet.ReadPattern;
import io.deltamirror.lake.parquet.RowScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeylessTableTest {
  private static final TableSchema EVENTS =
      new TableSchema(
          1,
          new TableName("public", "events"),
          List.of(
              new Column(1, "day", 1082, -1, "date", 0), new Column(2, "note", 25, -1, "text", 0)),
          ReplicaIdentity.FULL);

  @TempDir Path lake;

  @Test
  void rowsOfATableWithoutKeyAreWrittenInAnyOrderAndEqualOnesEach() throws IOException {
    LocalLakeStorage storage = new LocalLakeStorage(lake);
    List<Object[]> rows =
        List.of(
            new Object[] {7, new Utf8("b")},
            new Object[] {null, null},
            new Object[] {3, new Utf8("a")},
            new Object[] {7, new Utf8("b")},
            new Object[] {null, null});

    TestTables.seed(
        new DeltaTables(storage, 1),
        "m",
        EVENTS,
        1,
        TestTables.SNAPSHOT,
        Position.startOf(1),
        rows);

    TableVersion read = new DeltaTables(storage, 1).of(EVENTS.name()).current().orElseThrow();
    assertThat(read.rows()).isEqualTo(5);
    assertThat(read.columns().keyNames()).isEmpty();
    assertThat(read.columns().rowOrder().compare(rows.get(0), rows.get(1))).isZero();
    assertThat(read.columns().parquet().getFields())
        .allMatch(type -> type.isRepetition(Type.Repetition.OPTIONAL));
    LiveFile file = read.files().iterator().next();
    assertThat(file.keyBounds()).isEqualTo(new KeyBounds(null, null));
    assertThat(TestTables.read(lake, "Tables/public/events"))
        .containsExactly(
            Arrays.asList(7, "b"),
            Arrays.asList(null, null),
            Arrays.asList(3, "a"),
            Arrays.asList(7, "b"),
            Arrays.asList(null, null));
    List<Object[]> scanned = new ArrayList<>();
    new RowScanner(new DataFiles(storage), ReadPattern.DISK)
        .scan(
            file.dataFile(),
            read.columns().all().stream().map(TableColumn::dataColumn).toList(),
            (position, values) -> scanned.add(values));
    assertThat(scanned).containsExactlyElementsOf(rows);
  }

  @Test
  void aListIsNoKeyColumn() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new TableColumn("tags", "col", 1, new ArrayType(new IntegerType(false)), 1))
        .withMessage("key column tags is a list");
  }
}
