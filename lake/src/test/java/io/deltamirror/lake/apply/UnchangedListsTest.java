package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays are TOASTed like long text: an update that leaves them alone does not carry them. */
class UnchangedListsTest {
  private static final TableSchema READINGS =
      new TableSchema(
          16_500,
          new TableName("public", "readings"),
          List.of(
              new Column(1, "id", 20, -1, "bigint", 1),
              new Column(2, "note", 25, -1, "text", 0),
              new Column(3, "points", 1016, -1, "bigint[]", 0, "array(bigint)"),
              new Column(4, "names", 1009, -1, "text[]", 0, "array(array(text))")),
          ReplicaIdentity.DEFAULT);

  @TempDir Path folder;

  /** Some lists are null, some are empty, some reach over many pages' worth of values. */
  private static Object[] row(long id) {
    Object points =
        id % 5 == 0
            ? null
            : LongStream.range(0, id % 5 == 1 ? 0 : id % 97).mapToObj(i -> id * i).toList();
    List<Object> names =
        IntStream.range(0, (int) (id % 3))
            .<Object>mapToObj(i -> Arrays.asList(new Utf8("n" + id + i), null))
            .toList();
    return new Object[] {id, new Utf8("note"), points, names};
  }

  private static List<Object> seen(long id, String note) {
    Object[] row = row(id);
    List<Object> names =
        IntStream.range(0, (int) (id % 3))
            .<Object>mapToObj(i -> Arrays.asList("n" + id + i, null))
            .toList();
    return Arrays.asList(id, note, row[2], names);
  }

  @Test
  void listsThatAnUpdateDoesNotCarryStayAsTheyWere() throws IOException {
    SourceTable table = new SourceTable(READINGS);
    try (MirroredLake lake = new MirroredLake(folder)) {
      List<Object[]> rows =
          new ArrayList<>(LongStream.range(0, 3_000).mapToObj(UnchangedListsTest::row).toList());
      lake.live(table, rows);
      table.transaction();
      for (long id = 0; id < 3_000; id += 41) {
        table.replace(null, new Object[] {id, new Utf8("again"), null, null}, 2, 3);
      }
      table.replace(null, new Object[] {2_999L, new Utf8("last"), null, null}, 2, 3);

      lake.apply(table.event());

      var mirrored = lake.rows(table);
      assertThat(mirrored).hasSize(3_000);
      for (long id = 0; id < 3_000; id++) {
        String note = id == 2_999 ? "last" : id % 41 == 0 ? "again" : "note";
        assertThat(mirrored.get(id)).isEqualTo(seen(id, note));
      }
    }
  }
}
