package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecidedShapesTest {
  private static final long OID = 5;
  private static final Column ID = new Column(1, "id", 20, -1, "bigint", 1);
  private static final Column NOTE = new Column(2, "note", 25, -1, "text", 0);
  private static final SeedSnapshot SNAPSHOT = new SeedSnapshot("1:1:", 9);

  @TempDir private Path folder;
  private final AtomicInteger reads = new AtomicInteger();
  private SqliteMirrorStore store;
  private MirrorState state;
  private DecidedShapes decided;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @BeforeEach
  void open() {
    store = new SqliteMirrorStore(folder.resolve("state.db"));
    state = new MirrorState(new CountingStore(store, reads), "m");
    decided = new DecidedShapes(state, () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static TableSchema shape(Column... columns) {
    return new TableSchema(
        OID, new TableName("public", "t"), List.of(columns), ReplicaIdentity.DEFAULT);
  }

  private TableState table() {
    return state.table(OID).orElseThrow();
  }

  private void put(TableState table) {
    state.tables().put(TableState.document(OID), table);
  }

  /** Under its copy, and behind a shape that was decided then. */
  private TableState copiedAndReshaped() {
    TableState table =
        TableState.initial(shape(ID), "new", now)
            .spooling(1, at(1), now)
            .copying(1, shape(ID), SNAPSHOT, now);
    put(table);
    ShapeChange change = new ShapeChange(at(20), now, List.of("added"), "id", "id, note", 0);
    decided.add(table, shape(ID, NOTE), change);
    return table;
  }

  private static Position at(long lsn) {
    return new Position(1, lsn, 0);
  }

  private void stored(long lsn) {
    decided.stored(new StreamOffset(1, lsn, lsn, 0, Map.of(OID, at(lsn))));
  }

  @Test
  void aShapeIsRegisteredOnceTheCopyIsAppliedAndTheOffsetIsBehindIt() {
    TableState copying = copiedAndReshaped();
    stored(21);
    assertThat(table()).as("the copy is in the shape that its state says").isEqualTo(copying);
    assertThat(decided.shape(copying)).isEqualTo(shape(ID, NOTE));

    put(copying.seeded(1, SNAPSHOT.lsn(), now).live(1, now));
    now = now.plus(Duration.ofSeconds(2));
    stored(22);
    assertThat(table().schema()).contains(shape(ID, NOTE));
    assertThat(table().shapes().changes()).hasSize(1);
    assertThat(decided.isWaiting()).isFalse();
  }

  @Test
  void anOffsetThatIsNotBehindTheShapeRegistersNothing() {
    TableState copying = copiedAndReshaped();
    put(copying.seeded(1, SNAPSHOT.lsn(), now).live(1, now));
    stored(20);
    assertThat(table().schema()).contains(shape(ID));
    assertThat(decided.isWaiting()).isTrue();
  }

  @Test
  void whileACopyRunsItsStateIsNotReadWithEveryOffset() {
    copiedAndReshaped();
    reads.set(0);
    for (int lsn = 21; lsn < 121; lsn++) {
      stored(lsn);
    }
    assertThat(reads).hasValue(1);
    now = now.plus(Duration.ofSeconds(2));
    stored(121);
    assertThat(reads).hasValue(2);
  }
}
