package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.TableStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys long enough to be TOASTed. */
class UnknownKeyTest {
  @TempDir Path folder;
  private final SourceTable table =
      new SourceTable(
          new TableSchema(
              16_800,
              new TableName("public", "pages"),
              List.of(
                  new Column(1, "address", 25, -1, "text", 1),
                  new Column(2, "title", 25, -1, "text", 0)),
              ReplicaIdentity.DEFAULT));

  private static Object[] page(String address, String title) {
    return new Object[] {
      address == null ? null : new Utf8(address), title == null ? null : new Utf8(title)
    };
  }

  @Test
  void unchangedKeyIsTakenFromTheOldRow() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.live(table, List.of(page("a", "A"), page("b", "B")));

      lake.apply(
          table.transaction().replace(page("a", null), page(null, "A2"), 0).event(),
          table.transaction().replace(page("b", null), page(null, null), 0, 1).event());

      assertThat(lake.counted(table))
          .isEqualTo(Map.of(List.of("a", "A2"), 1L, List.of("b", "B"), 1L));
    }
  }

  /** Minor releases of PostgreSQL from before 2022 leave the old key out. */
  @Test
  void unchangedKeyWithoutOldRowFailsTheTableWithARemedy() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.live(table, List.<Object[]>of(page("a", "A")));

      lake.apply(table.transaction().replace(null, page(null, "A2"), 0).event());

      assertThat(lake.state(table).status()).isEqualTo(TableStatus.FAILED);
      assertThat(lake.state(table).fault().orElseThrow().code())
          .isEqualTo(ErrorCode.KEY_NOT_LOGGED);
      assertThat(lake.counted(table)).isEqualTo(Map.of(List.of("a", "A"), 1L));
      assertThat(lake.deadLetters()).isEmpty();
    }
  }

  @Test
  void deleteWithoutKeyFailsTheTable() throws IOException {
    try (MirroredLake lake = new MirroredLake(folder)) {
      lake.live(table, List.<Object[]>of(page("a", "A")));

      lake.apply(table.transaction().erase(page(null, "A")).event());

      assertThat(lake.state(table).fault().orElseThrow().code())
          .isEqualTo(ErrorCode.KEY_NOT_LOGGED);
    }
  }
}
