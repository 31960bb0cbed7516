package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeReaderTest {
  private static final TableName TABLE = new TableName("public", "täble");
  private static final TableSchema SCHEMA =
      new TableSchema(
          1,
          TABLE,
          List.of(
              new Column(1, "the id", 23, -1, "integer", 1),
              new Column(2, "name", 25, -1, "text", 0)),
          ReplicaIdentity.DEFAULT);

  @TempDir private Path lake;
  private Engine engine;

  @BeforeEach
  void openLake() throws IOException {
    engine = DefaultEngine.create(new LakeFileIO(new LocalLakeStorage(lake)));
  }

  private MirroredTable table() {
    return new MirroredTable(
        lake,
        "täble",
        new StructType().add("name", StringType.STRING).add("the id", IntegerType.INTEGER, false));
  }

  private static List<String> keys(LakeReader reader, Optional<RowKey> lookedFor) {
    RowShape shape = RowShape.of(SCHEMA, LakeReaderTest::type, reader.schema());
    List<String> keys = new ArrayList<>();
    reader.scan(
        lookedFor.flatMap(key -> KeyFilter.of(List.of(key), shape, reader.schema())),
        shape,
        row -> keys.add(shape.texts(row.key()).get("the id")));
    return keys;
  }

  private static SourceType type(Column column) {
    return SourceType.builtIn(column.typeOid(), column.typmod());
  }

  private static RowKey key(int id) {
    return KeyBucketsTest.row(id, 0).key();
  }

  @Test
  void readsTheRowsOfAVersionInTheOrderOfTheSourcesColumns() {
    MirroredTable table = table();
    table.append(new Object[] {"a", 1}, new Object[] {"b", 2}, new Object[] {null, 3});
    LakeReader reader = LakeReader.open(engine, TABLE);
    table.append(new Object[] {"later", 4});
    table.delete(0);

    assertThat(keys(reader, Optional.empty())).containsExactly("1", "2", "3");
    assertThat(reader.version()).isEqualTo(1);
  }

  @Test
  void leavesOutWhatDeletionVectorsDelete() {
    MirroredTable table = table();
    table.append(new Object[] {"a", 1}, new Object[] {"b", 2}, new Object[] {"c", 3});
    table.delete(0, 2);

    assertThat(keys(LakeReader.open(engine, TABLE), Optional.empty())).containsExactly("2");
  }

  @Test
  void readsFromACheckpointAndTheCommitsAfterIt() {
    MirroredTable table = table();
    table.append(new Object[] {"a", 1}, new Object[] {"b", 2});
    table.delete(0);
    table.checkpoint();
    table.append(new Object[] {"c", 3}, new Object[] {"d", 4});

    LakeReader reader = LakeReader.open(engine, TABLE);

    assertThat(keys(reader, Optional.empty())).containsExactlyInAnyOrder("2", "3", "4");
    assertThat(reader.version()).isEqualTo(3);
  }

  @Test
  void aLookUpSkipsFilesThatCannotHoldTheKey() {
    MirroredTable table = table();
    table.append(new Object[] {"a", 1}, new Object[] {"b", 2});
    table.append(new Object[] {"c", 3}, new Object[] {"d", 4});

    assertThat(keys(LakeReader.open(engine, TABLE), Optional.of(key(3)))).containsExactly("3", "4");
  }

  @Test
  void noTableIsSaidSo() {
    assertThatThrownBy(() -> LakeReader.open(engine, TABLE))
        .isInstanceOf(CannotTellException.class)
        .hasMessage("it has no Delta table yet");
  }
}
