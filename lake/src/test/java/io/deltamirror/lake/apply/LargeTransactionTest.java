package io.deltamirror.lake.apply;

import static io.deltamirror.lake.apply.SourceTable.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.ReplicaIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One transaction that is larger than the memory for it, in one invocation. */
class LargeTransactionTest {
  private static final long BUDGET = 1 << 20;
  private static final int ROWS = 200_000;

  @TempDir Path folder;

  private MirroredLake open() throws IOException {
    return new MirroredLake(folder, ApplyOptions.DEFAULT.withMemoryBytes(BUDGET), s -> s);
  }

  @ParameterizedTest
  @EnumSource
  void insertsAreCommittedInSlices(Table kind) throws IOException {
    try (MirroredLake lake = open()) {
      SourceTable table = kind.table();
      lake.live(table, List.of());

      lake.apply(inserts(table.transaction()));

      var version = lake.tables().of(table.schema().name()).reload().orElseThrow();
      assertThat(version.version()).isGreaterThan(10);
      assertThat(version.rows()).isEqualTo(ROWS);
      assertThat(version.position()).isEqualTo(table.sent());
      assertThat(lake.counted(table)).hasSize(ROWS).containsKey(List.of(ROWS - 1L, "n", "d"));
    }
  }

  /** What a table is to the mirror. */
  enum Table {
    MULTISET {
      @Override
      SourceTable table() {
        return MultisetApplyTest.keyless(ReplicaIdentity.FULL);
      }
    },
    INSERT_ONLY {
      @Override
      SourceTable table() {
        return MultisetApplyTest.keyless(ReplicaIdentity.NOTHING);
      }
    };

    abstract SourceTable table();
  }

  private static List<byte[]> inserts(SourceTable table) {
    List<byte[]> events = new ArrayList<>();
    for (long id = 0; id < ROWS; id++) {
      table.insert(id, "n", "d");
      if (id % 20_000 == 19_999) {
        events.add(table.event());
      }
    }
    return events;
  }

  @Test
  void rowsWithoutKeyAreDeletedInSlices() throws IOException {
    int rows = 30_000;
    SourceTable table = MultisetApplyTest.keyless(ReplicaIdentity.FULL);
    try (MirroredLake lake = open()) {
      lake.live(table, LongStream.range(0, rows).mapToObj(id -> row(id, "n", "d")).toList());
      table.transaction();
      LongStream.range(0, rows - 10).forEach(id -> table.erase(row(id, "n", "d")));

      lake.apply(table.event());

      assertThat(lake.version(table)).isGreaterThan(5);
      assertThat(lake.counted(table))
          .hasSize(10)
          .containsKey(List.of(rows - 1L, "n", "d"))
          .containsKey(List.of(rows - 10L, "n", "d"));
    }
  }
}
