package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.state.TableStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Within a transaction, rows of a deferrable key may share it. */
class DeferrableKeyTest {
  @TempDir Path folder;
  private MirroredLake lake;
  private final SourceTable table = new SourceTable(16_500, "ranked", ReplicaIdentity.FULL);

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

  @Test
  void rowsThatDifferByNothingButTheKeySwap() throws IOException {
    lake.live(table, List.of(row(1, "same", "same"), row(2, "same", "same")));

    lake.apply(
        table
            .transaction()
            .replace(row(1, "same", "same"), row(2, "same", null), 2)
            .replace(row(2, "same", "same"), row(1, "same", null), 2)
            .event());

    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "same", "same");
    assertThat(lake.rows(table).get(2L)).containsExactly(2L, "same", "same");
  }

  @Test
  void swapThatIsCutInTheMiddleLosesNothing() throws IOException {
    lake.live(table, rows(1, 3));
    table.transaction();

    lake.apply(table.replace(row(1, "n1", "d1"), row(2, "n1", null), 2).event());
    assertThat(lake.counted(table))
        .containsOnlyKeys(asList(2L, "n1", "d1"), asList(2L, "n2", "d2"));
    lake.apply(table.replace(row(2, "n2", "d2"), row(1, "n2", null), 2).event());

    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "n2", "d2");
    assertThat(lake.rows(table).get(2L)).containsExactly(2L, "n1", "d1");
  }

  @Test
  void threeRowsRotate() throws IOException {
    lake.live(table, rows(1, 4));
    table
        .transaction()
        .replace(row(1, "n1", "d1"), row(2, "n1", null), 2)
        .replace(row(2, "n2", "d2"), row(3, "n2", null), 2)
        .replace(row(3, "n3", "d3"), row(1, "n3", null), 2);

    lake.apply(table.event());

    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "n3", "d3");
    assertThat(lake.rows(table).get(2L)).containsExactly(2L, "n1", "d1");
    assertThat(lake.rows(table).get(3L)).containsExactly(3L, "n2", "d2");
  }

  @Test
  void newRowDisplacesAnOldOne() throws IOException {
    lake.live(table, rows(1, 3));
    table
        .transaction()
        .insert(1, "n1", "d1")
        .replace(row(1, "n1", "d1"), row(7, "n1", null), 2)
        .insert(2, "other", null)
        .erase(row(2, "n2", "d2"));

    lake.apply(table.event());

    assertThat(lake.rows(table).keySet()).containsExactly(1L, 2L, 7L);
    assertThat(lake.rows(table).get(1L)).containsExactly(1L, "n1", "d1");
    assertThat(lake.rows(table).get(2L)).isEqualTo(asList(2L, "other", null));
  }

  @Test
  void laterTransactionsFindOneRowPerKey() throws IOException {
    lake.live(table, rows(1, 3));
    table.transaction().replace(row(1, "n1", "d1"), row(1, "a", "d1"));
    table.transaction().replace(row(1, "a", "d1"), row(1, "b", null), 2);
    table.transaction().erase(row(1, "b", "d1")).insert(1, "c", null);
    table.transaction().erase(row(2, "n2", "d2"));

    lake.apply(table.event());

    assertThat(lake.rows(table).keySet()).containsExactly(1L);
    assertThat(lake.rows(table).get(1L)).isEqualTo(asList(1L, "c", null));
  }

  @Test
  void valueThatAnIncompleteOldRowLacksComesFromTheMirror() throws IOException {
    lake.live(table, rows(1, 3));

    lake.apply(table.transaction().replace(row(1, null, null), row(9, "x", null), 2).event());

    assertThat(lake.rows(table).get(9L)).containsExactly(9L, "x", "d1");
    assertThat(lake.rows(table)).doesNotContainKey(1L);
    assertThat(lake.state(table).status()).isEqualTo(TableStatus.REPLICATING);
  }
}
