package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.parquet.ReadPattern;
import io.deltamirror.lake.parquet.RowFetcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WideTableTest {
  /** PostgreSQL's limit (MaxHeapAttributeNumber). */
  private static final int COLUMNS = 1_600;

  @TempDir Path lake;

  @Test
  void aTableOfAsManyColumnsAsThereCanBeIsWrittenAndRead() throws IOException {
    List<Column> columns =
        IntStream.rangeClosed(1, COLUMNS)
            .mapToObj(
                i ->
                    i % 2 == 0
                        ? new Column(i, "column " + i, 25, -1, "text", 0)
                        : new Column(i, "column " + i, 20, -1, "bigint", i == COLUMNS - 1 ? 1 : 0))
            .toList();
    TableSchema shape =
        new TableSchema(1, new TableName("public", "wide"), columns, ReplicaIdentity.DEFAULT);
    LocalLakeStorage storage = new LocalLakeStorage(lake);
    List<Object[]> rows = new ArrayList<>();
    for (long row = 0; row < 300; row++) {
      Object[] values = new Object[COLUMNS];
      for (int i = 0; i < COLUMNS; i++) {
        values[i] = i % 2 == 0 ? row * i : (Object) new Utf8("value " + row % 7 + " of " + i);
      }
      rows.add(values);
    }

    TableVersion written =
        TestTables.seed(
            new DeltaTables(storage, 1),
            "m",
            shape,
            1,
            TestTables.SNAPSHOT,
            Position.startOf(1),
            rows);

    TableVersion read = new DeltaTables(storage, 1).of(shape.name()).current().orElseThrow();
    assertThat(read.columns().all()).isEqualTo(written.columns().all()).hasSize(COLUMNS);
    LiveFile file = read.files().iterator().next();
    assertThat(file.keyBounds()).isEqualTo(new KeyBounds(0L, 299L * (COLUMNS - 2)));
    List<Object[]> fetched =
        new RowFetcher(new DataFiles(storage), ReadPattern.DISK)
            .fetch(
                file.dataFile(),
                read.columns().all().stream().map(TableColumn::dataColumn).toList(),
                new long[] {0, 299});
    assertThat(fetched.get(0)).isEqualTo(rows.get(0));
    assertThat(fetched.get(1)).isEqualTo(rows.get(299));
    List<List<Object>> seen = TestTables.read(lake, "Tables/public/wide");
    assertThat(seen).hasSize(300);
    assertThat(seen.get(299).get(COLUMNS - 1)).isEqualTo("value 5 of 1599");
    assertThat(seen.get(299).get(COLUMNS - 2)).isEqualTo(299L * (COLUMNS - 2));
  }
}
