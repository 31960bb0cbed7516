package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The worker dies at bad moments; the next one must send what is missing, and all can tell. */
class StreamRestartIT {
  /** Small, so that a transaction is many events. */
  private static final StreamSettings SMALL =
      new StreamSettings(
          2_000,
          20_000,
          8_000,
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofSeconds(10));

  private static EmbeddedPostgres server;
  @TempDir private static Path folder;

  private final RecordingSink sink = new RecordingSink();
  private final List<Death> deaths = new ArrayList<>();
  private MirroredDatabase db;

  @BeforeAll
  static void startServer() throws IOException {
    server = MirroredDatabase.server();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void createDatabase(TestInfo test) throws SQLException {
    db =
        MirroredDatabase.create(
            server, test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT), folder);
  }

  @AfterEach
  void closeDatabase() throws SQLException {
    db.close();
  }

  /** Runs the stream again and again, each time dying after some more events. */
  private void dieAfterEachOf(int... events) throws Exception {
    for (int more : events) {
      sink.dieAfter(more);
      StreamEngine stream = db.start(SMALL, sink);
      Awaitility.await().until(() -> stream.ended().isDone());
      assertThat(sink.isDead()).isTrue();
      stream.stop(Duration.ZERO);
      deaths.add(new Death(db.offset(), sink.events().size()));
      assertThat(Long.compareUnsigned(db.confirmedLsn(), db.offset().endLsn()))
          .as("the slot is not ahead of the offset")
          .isNotPositive();
      sink.revive();
    }
  }

  /** What was stored and what had arrived when the stream died. */
  private record Death(StreamOffset offset, int arrived) {}

  /**
   * Runs the stream to its end, then looks back: whatever stands at or below an offset had arrived
   * when that offset was stored, so none of them cut a transaction.
   */
  private AppliedChanges finish(List<Long> oids) throws Exception {
    StreamEngine stream = db.start(SMALL, sink);
    db.awaitCaughtUp(sink);
    stream.stop(Duration.ofSeconds(5));
    AppliedChanges whole = AppliedChanges.of(sink.events());
    for (Death death : deaths) {
      AppliedChanges then = AppliedChanges.of(sink.events().subList(0, death.arrived()));
      for (long oid : oids) {
        assertThat(upTo(death.offset(), then.of(oid)))
            .isEqualTo(upTo(death.offset(), whole.of(oid)));
      }
    }
    return whole;
  }

  private static List<Position> upTo(StreamOffset offset, List<RowChange> changes) {
    return changes.stream()
        .map(change -> change.position(offset.generation()))
        .filter(position -> !position.isAfter(offset.position()))
        .toList();
  }

  @Test
  void killedInsideACopy() throws Exception {
    long oid = db.table("t", "id bigint primary key, v text");
    db.execute("INSERT INTO t VALUES (0, 'before')");
    copy(5000);
    db.execute("INSERT INTO t VALUES (5001, 'after')");

    dieAfterEachOf(1, 3, 20, 2, 41);
    assertThat(db.offset().sent().getOrDefault(oid, null))
        .as("the COPY is one transaction, so it is not behind the offset")
        .satisfiesAnyOf(at -> assertThat(at).isNull(), at -> assertThat(at.ordinal()).isEqualTo(1));

    List<RowChange> changes = finish(List.of(oid)).of(oid);
    assertThat(changes).allMatch(change -> change.kind() == Kind.INSERT);
    assertThat(changes.stream().map(change -> (Long) change.row()[0]))
        .containsExactlyElementsOf(LongStream.rangeClosed(0, 5001).boxed().toList());
    assertThat(ordinals(changes.subList(1, 5001)))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 5000).boxed().toList());
  }

  private void copy(int rows) throws SQLException, IOException {
    String lines =
        IntStream.rangeClosed(1, rows)
            .mapToObj(i -> i + "\tvalue " + i + "\n")
            .collect(Collectors.joining());
    db.connection()
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn("COPY t FROM STDIN", new StringReader(lines));
  }

  private static List<Long> ordinals(List<RowChange> changes) {
    return changes.stream().map(RowChange::ordinal).toList();
  }

  @Test
  void killedInsideAKeyUpdate() throws Exception {
    long oid = db.table("t", "id int primary key, v text");
    db.execute("INSERT INTO t SELECT g, repeat('x', 500) FROM generate_series(1, 100) g");
    db.execute("UPDATE t SET id = id + 1000");

    dieAfterEachOf(1, 30, 10, 45);

    List<RowChange> changes = finish(List.of(oid)).of(oid);
    assertThat(changes).hasSize(200);
    List<RowChange> updates = changes.subList(100, 200);
    assertThat(updates).allMatch(change -> change.kind() == Kind.UPDATE);
    assertThat(updates.stream().map(change -> (Integer) change.old()[0]))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    assertThat(updates.stream().map(change -> (Integer) change.row()[0]))
        .containsExactlyElementsOf(IntStream.rangeClosed(1001, 1100).boxed().toList());
    assertThat(updates).allMatch(change -> change.old()[1] == null);
  }

  @Test
  void killedInsideATruncateOfSeveralTables() throws Exception {
    List<Long> oids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      oids.add(db.table("t" + i, "id int primary key"));
      db.execute("INSERT INTO t" + i + " VALUES (1), (2)");
    }
    db.execute(
        "BEGIN; INSERT INTO t1 VALUES (3); TRUNCATE t0, t1, t2, t3;"
            + " INSERT INTO t2 VALUES (4); COMMIT");

    dieAfterEachOf(1, 2, 3, 4, 5);

    AppliedChanges applied = finish(oids);
    assertThat(kinds(applied.of(oids.get(0)))).isEqualTo("IIT");
    assertThat(kinds(applied.of(oids.get(1)))).isEqualTo("IIIT");
    assertThat(kinds(applied.of(oids.get(2)))).isEqualTo("IITI");
    assertThat(kinds(applied.of(oids.get(3)))).isEqualTo("IIT");
    assertThat(oids.stream().map(oid -> truncate(applied.of(oid)).ordinal()))
        .doesNotHaveDuplicates();
  }

  private static String kinds(List<RowChange> changes) {
    return changes.stream()
        .map(change -> change.kind().name().substring(0, 1))
        .collect(Collectors.joining());
  }

  private static RowChange truncate(List<RowChange> changes) {
    return changes.stream().filter(c -> c.kind() == Kind.TRUNCATE).findFirst().orElseThrow();
  }
}
