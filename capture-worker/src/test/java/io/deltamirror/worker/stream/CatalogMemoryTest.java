package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog.Access;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.SeedSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogMemoryTest {
  private static final long ANY_LSN = -1L;
  private static final SeedSnapshot SNAPSHOT = new SeedSnapshot("100:110:105", ANY_LSN);

  private long nanos = 5;
  private final CatalogMemory memory = new CatalogMemory(() -> nanos);

  private static SourceTable table(long oid, char relkind) {
    return new SourceTable(
        new TableSchema(
            oid,
            new TableName("public", "t"),
            List.of(new Column(1, "id", 20, -1, "bigint", 1)),
            ReplicaIdentity.DEFAULT),
        relkind,
        'p',
        0,
        0,
        List.of(),
        Optional.empty(),
        1,
        RowStorage.UNKNOWN,
        Map.of(),
        Access.READABLE,
        Optional.empty());
  }

  private static Transaction transaction(long xid) {
    return new Transaction(1_000, 0, xid);
  }

  @Test
  void aReadingCountsForTheTransactionsThatItsSnapshotContains() {
    SourceTable table = table(1, 'p');
    memory.keep(table, SNAPSHOT);
    assertThat(memory.table(1, transaction(99))).contains(table);
    assertThat(memory.table(1, transaction(104))).contains(table);
    assertThat(memory.table(1, transaction(105))).as("was open").isEmpty();
    assertThat(memory.table(1, transaction(110))).as("came later").isEmpty();
    assertThat(memory.table(2, transaction(99))).isEmpty();
  }

  @Test
  void aLaterReadingTakesThePlaceOfTheEarlier() {
    memory.keep(table(1, 'p'), SNAPSHOT);
    SourceTable later = table(1, 'p');
    memory.keep(later, new SeedSnapshot("111:111:", ANY_LSN));
    assertThat(memory.table(1, transaction(110))).containsSame(later);
    memory.keep(table(1, 'r'), new SeedSnapshot("112:112:", ANY_LSN));
    assertThat(memory.table(1, transaction(110))).as("another relation").isEmpty();
  }

  @Test
  void aTableThatIsNotPartitionedIsReadEachTime() {
    memory.keep(table(1, 'r'), SNAPSHOT);
    assertThat(memory.table(1, transaction(99))).isEmpty();
  }

  /** In two billion transactions a new xid is taken for an old one. */
  @Test
  void whatIsOldIsForgotten() {
    memory.keep(table(1, 'p'), SNAPSHOT);
    nanos += Duration.ofSeconds(9).toNanos();
    assertThat(memory.table(1, transaction(99))).isPresent();
    nanos += Duration.ofSeconds(2).toNanos();
    assertThat(memory.table(1, transaction(99))).isEmpty();
  }

  @Test
  void fewAreKept() {
    for (int oid = 1; oid <= 17; oid++) {
      memory.keep(table(oid, 'p'), SNAPSHOT);
    }
    assertThat(memory.table(1, transaction(99))).isEmpty();
    assertThat(memory.table(2, transaction(99))).isPresent();
    assertThat(memory.table(17, transaction(99))).isPresent();
  }
}
