package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.change.ChangeReader;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.TableDropped;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a live table whose shape changes, on a real PostgreSQL. */
class StreamShapesIT {
  private static final StreamSettings QUICK =
      new StreamSettings(
          900_000,
          4 << 20,
          4 << 20,
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMillis(300));

  private static EmbeddedPostgres server;
  private static int databases;
  @TempDir private static Path folder;

  private final RecordingSink sink = new RecordingSink();
  private MirroredDatabase db;
  private StreamEngine stream;
  private long oid;

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
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    db = MirroredDatabase.create(server, name + databases++, folder);
  }

  @AfterEach
  void closeAll() throws Exception {
    stop();
    db.close();
  }

  private void start() {
    stream = db.start(QUICK, sink);
  }

  private void stop() throws InterruptedException {
    if (stream != null) {
      stream.stop(Duration.ofSeconds(5));
      stream = null;
    }
  }

  /** A live table that the stream has shown. */
  private void liveTable(String columns) throws Exception {
    start();
    oid = live(db.table("t", columns));
    db.execute("INSERT INTO t (id) VALUES (0)");
    db.awaitCaughtUp(sink);
  }

  /** To a state in which nothing of the table's changes is in a copy. */
  private long live(long table) {
    db.state()
        .tables()
        .update(
            TableState.document(table),
            state -> {
              Instant now = Instant.now();
              return state
                  .spooling(1, Position.startOf(MirroredDatabase.GENERATION), now)
                  .copying(1, state.schema().orElseThrow(), new SeedSnapshot("1:1:", 1), now)
                  // As the plan of the copy records it.
                  .with(state.shapes())
                  .seeded(1, 1, now)
                  .live(1, now);
            });
    return table;
  }

  private TableState state() {
    return db.state().table(oid).orElseThrow();
  }

  private List<RowChange> changes() {
    return AppliedChanges.of(sink.events()).of(oid);
  }

  private ChangeBatch lastBatch() {
    List<ChangeBatch> batches =
        sink.events(ChangeBatch.class).stream()
            .filter(batch -> batch.header().table().oid() == oid)
            .toList();
    return batches.get(batches.size() - 1);
  }

  private TableSchema lastShape() {
    return lastBatch().header().table();
  }

  private static List<String> columns(TableSchema shape) {
    return shape.columns().stream().map(c -> c.attnum() + ":" + c.name()).toList();
  }

  private SourceTable inCatalog() throws SQLException {
    return new Catalog(db.connection()).table(oid).orElseThrow();
  }

  private ShapeChange recorded() {
    Awaitility.await().until(() -> !state().shapes().changes().isEmpty());
    List<ShapeChange> changes = state().shapes().changes();
    return changes.get(changes.size() - 1);
  }

  private void assertNoSeed() {
    assertThat(sink.events(SeedBegin.class)).isEmpty();
    assertThat(state().seed()).isEqualTo(1);
    assertThat(state().status()).isEqualTo(TableStatus.REPLICATING);
  }

  private void assertSeeded(String why) {
    assertThat(sink.events(SeedBegin.class)).hasSize(1);
    assertThat(sink.events(SeedBegin.class).get(0).seed()).isEqualTo(2);
    assertThat(state().seed()).isEqualTo(2);
    assertThat(state().reason()).contains(why);
    assertThat(recorded().seed()).isEqualTo(2);
  }

  @Test
  void addedColumnComesInOrderWithTheRows() throws Exception {
    liveTable("id int primary key");
    Position before = lastBatch().header().last();
    db.execute("ALTER TABLE t ADD COLUMN v text");
    db.execute("INSERT INTO t VALUES (1, 'x')");
    db.awaitCaughtUp(sink);

    assertThat(columns(lastShape())).containsExactly("1:id", "2:v");
    assertThat(lastShape().missing()).isEmpty();
    assertThat(lastBatch().header().previous()).isEqualTo(before);
    ShapeChange change = recorded();
    assertThat(change.what()).containsExactly("column v text is added");
    assertThat(change.before()).isEqualTo("id integer");
    assertThat(change.after()).isEqualTo("id integer, v text");
    assertThat(change.seed()).isZero();
    assertThat(change.position().isAfter(before)).isTrue();
    assertThat(lastBatch().header().first().isAfter(change.position())).isTrue();
    assertThat(state().schema()).contains(inCatalog().schema());
    assertNoSeed();
  }

  @Test
  void addedColumnWithADefaultTellsItsValueInOldRows() throws Exception {
    liveTable("id int primary key");
    db.execute("ALTER TABLE t ADD COLUMN v text DEFAULT 'it''s, \"so\"', ADD COLUMN n int");
    db.execute("INSERT INTO t VALUES (1, 'x', 1)");
    db.awaitCaughtUp(sink);

    assertThat(lastShape().missing()).isEqualTo(Map.of(2, "it's, \"so\""));
    recorded();
    assertThat(state().schema().orElseThrow().missing()).isEmpty();
    assertNoSeed();
  }

  /** A partitioned table with a partition, live since now. */
  private void livePartitionedTable() throws Exception {
    start();
    db.execute("CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)");
    db.execute("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)");
    db.execute("ALTER PUBLICATION \"full,\"\"1\" ADD TABLE p");
    oid = Long.parseLong(db.query("SELECT 'p'::regclass::oid"));
    db.register(oid);
    live(oid);
    RowStorage now = inCatalog().storage();
    db.state()
        .tables()
        .update(TableState.document(oid), state -> state.with(state.shapes().at(now)));
    db.execute("INSERT INTO p VALUES (0)");
    db.awaitCaughtUp(sink);
  }

  /** Its rows came through the WAL, its end did not, and it is no longer in the catalog. */
  @Test
  void aPartitionThatIsMadeFilledAndDroppedBeforeAnybodyLooksIsCopied() throws Exception {
    livePartitionedTable();
    stop();
    db.execute("CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)");
    db.execute("INSERT INTO p VALUES (10)");
    db.execute("DROP TABLE p2");
    start();
    db.awaitCaughtUp(sink);

    assertSeeded("detached or dropped");
  }

  /** What it had before is not in the WAL, and when it is gone nobody could tell. */
  @Test
  void aPartitionThatWasAttachedWithRowsIsCopiedAtItsFirstChange() throws Exception {
    livePartitionedTable();
    db.execute("CREATE TABLE p2 (id int PRIMARY KEY)");
    db.execute("INSERT INTO p2 VALUES (10)");
    db.execute("ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20)");
    db.execute("INSERT INTO p VALUES (11)");
    db.awaitCaughtUp(sink);

    assertSeeded("attached");
  }

  @Test
  void aNewPartitionIsRecordedBeforeItsRowsAreSentSoThatItsEndIsSeen() throws Exception {
    livePartitionedTable();
    db.execute("CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)");
    db.execute("INSERT INTO p VALUES (1), (10)");
    db.awaitCaughtUp(sink);
    assertNoSeed();
    assertThat(state().shapes().storage()).isEqualTo(inCatalog().storage());
    db.execute("DROP TABLE p2");
    assertThat(inCatalog().rewrittenSince(state().shapes().storage()))
        .hasValueSatisfying(why -> assertThat(why).contains("dropped"));
  }

  @Test
  void addedColumnWithAVolatileDefaultIsCopied() throws Exception {
    liveTable("id int primary key");
    db.execute("ALTER TABLE t ADD COLUMN v double precision DEFAULT random()");
    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);

    assertSeeded("only the source knows");
  }

  @Test
  void addedIdentityColumnIsCopied() throws Exception {
    liveTable("id int primary key");
    db.execute("ALTER TABLE t ADD COLUMN v int GENERATED ALWAYS AS IDENTITY");
    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);

    assertSeeded("only the source knows");
  }

  @Test
  void renamedAndDroppedColumnsKeepTheirAttnums() throws Exception {
    liveTable("id int primary key, a int, b int, c int");
    db.execute("ALTER TABLE t RENAME a TO x");
    db.execute("INSERT INTO t VALUES (1, 1, 2, 3)");
    db.execute("ALTER TABLE t DROP COLUMN b");
    db.execute("INSERT INTO t VALUES (2, 1, 3)");
    db.execute("ALTER TABLE t RENAME c TO a");
    db.execute("INSERT INTO t VALUES (3, 1, 3)");
    db.awaitCaughtUp(sink);

    assertThat(columns(lastShape())).containsExactly("1:id", "2:x", "4:a");
    Awaitility.await()
        .untilAsserted(() -> assertThat(state().schema()).contains(inCatalog().schema()));
    assertNoSeed();
  }

  @Test
  void severalChangesWhileTheWorkerIsDownAreTakenOneByOne() throws Exception {
    liveTable("id int primary key, a int");
    stop();
    db.execute("ALTER TABLE t ADD COLUMN b int");
    db.execute("INSERT INTO t VALUES (1, 1, 1)");
    db.execute("ALTER TABLE t RENAME a TO c");
    db.execute("INSERT INTO t VALUES (2, 2, 2)");
    db.execute("ALTER TABLE t RENAME b TO a");
    db.execute("INSERT INTO t VALUES (3, 3, 3)");
    int batches = sink.events(ChangeBatch.class).size();
    start();
    db.awaitCaughtUp(sink);

    assertThat(
            sink.events(ChangeBatch.class).stream()
                .skip(batches)
                .map(batch -> columns(batch.header().table())))
        .containsExactly(
            List.of("1:id", "2:a", "3:b"),
            List.of("1:id", "2:c", "3:b"),
            List.of("1:id", "2:c", "3:a"));
    assertThat(changes()).hasSize(4);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(state().shapes().changes())
                    .extracting(ShapeChange::after)
                    .containsExactly(
                        "id integer, a integer, b integer",
                        "id integer, c integer, b integer",
                        "id integer, c integer, a integer"));
    assertNoSeed();
  }

  @Test
  void columnThatMadeWayForAnotherOfItsNameIsCopied() throws Exception {
    liveTable("id int primary key, a int");
    db.execute("ALTER TABLE t DROP COLUMN a, ADD COLUMN a int");
    db.execute("INSERT INTO t VALUES (1, 1)");
    db.awaitCaughtUp(sink);

    assertSeeded("not certain");
    assertThat(columns(lastShape())).containsExactly("1:id", "3:a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ALTER v TYPE varchar(20)",
        "ALTER TABLE t ALTER v TYPE text",
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "ALTER TABLE t ALTER v SET NOT NULL",
        "ALTER TABLE t ALTER v SET DEFAULT 'y'",
      })
  void changeThatLeavesTheRowsAsTheyAreNeedsNoSeed(String ddl) throws Exception {
    liveTable("id int primary key, v varchar(10) DEFAULT 'x'");
    db.execute(ddl);
    db.execute("INSERT INTO t VALUES (1, 'y')");
    db.awaitCaughtUp(sink);

    Awaitility.await()
        .untilAsserted(() -> assertThat(state().schema()).contains(inCatalog().schema()));
    assertThat(lastShape()).isEqualTo(inCatalog().schema());
    assertNoSeed();
  }

  /** PostgreSQL leaves the bytes alone, and prints them otherwise: without /32. */
  @Test
  void typeThatPrintsTheSameBytesOtherwiseBeginsASeed() throws Exception {
    liveTable("id int primary key, v cidr DEFAULT '10.1.2.3/32'");
    db.execute("ALTER TABLE t ALTER v TYPE inet");
    db.execute("INSERT INTO t VALUES (1, '10.0.0.1')");
    db.awaitCaughtUp(sink);

    assertSeeded("inet");
  }

  @Test
  void seedAfterAChangeThatNobodyFollowedHasTheAttnumsOfTheCatalog() throws Exception {
    liveTable("id int primary key, v text");
    Fault fault = new Fault(ErrorCode.VALUE_TOO_LARGE, "too large", Instant.now());
    db.state().tables().update(TableState.document(oid), state -> state.fail(fault));
    db.execute("ALTER TABLE t DROP COLUMN v, ADD COLUMN c int");
    db.execute("INSERT INTO t VALUES (1, 1)");
    db.awaitCaughtUp(sink);

    TableState anew =
        db.state()
            .tables()
            .update(
                TableState.document(oid),
                state -> state.reseed(state.schema().orElseThrow(), "by hand", Instant.now()))
            .orElseThrow();
    stream.marks().begin(oid, anew.seed());
    await().until(() -> !sink.events(SeedBegin.class).isEmpty());
    db.execute("INSERT INTO t VALUES (2, 2)");
    db.awaitCaughtUp(sink);

    assertThat(columns(lastShape())).containsExactly("1:id", "3:c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ALTER v TYPE varchar(5) USING substr(v, 1, 5)",
        "ALTER TABLE t ALTER v DROP DEFAULT, ALTER v TYPE int USING 7",
        "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (v)",
        "ALTER TABLE t DROP CONSTRAINT t_pkey",
        "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u",
      })
  void changeThatOnlyACopyCanFollowBeginsASeed(String ddl) throws Exception {
    liveTable("id int primary key, v varchar(10) DEFAULT 'x'");
    db.execute(ddl);
    db.execute("INSERT INTO t (id, v) VALUES (1, '8')");
    db.awaitCaughtUp(sink);

    assertSeeded("the table's shape changed");
    assertThat(state().schema()).contains(inCatalog().schema());
    assertThat(lastShape().name()).isEqualTo(inCatalog().schema().name());
    SeedBegin begin = sink.events(SeedBegin.class).get(0);
    assertThat(lastBatch().header().previous()).isEqualTo(begin.floor());
  }

  @Test
  void newKeyUnderFullIdentityIsNoticed() throws Exception {
    start();
    oid = db.table("t", "id int primary key, other int not null");
    db.execute("ALTER TABLE t REPLICA IDENTITY FULL");
    db.register(oid);
    live(oid);
    db.execute("INSERT INTO t VALUES (1, 2)");
    db.execute("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (other)");
    db.execute("INSERT INTO t VALUES (2, 3)");
    db.awaitCaughtUp(sink);

    assertSeeded("identifies its rows");
    assertThat(state().schema().orElseThrow().keyIndexes()).containsExactly(1);
  }

  @Test
  void changesOfATableThatIsGoneAreLeftOut() throws Exception {
    liveTable("id int primary key");
    long gone = oid;
    oid = live(db.table("good", "id int primary key"));
    stop();
    db.execute("ALTER TABLE t ADD COLUMN v int; INSERT INTO t VALUES (1, 1); DROP TABLE t");
    db.execute("INSERT INTO good VALUES (1)");
    start();
    db.awaitCaughtUp(sink);

    assertThat(changes()).hasSize(1);
    assertThat(AppliedChanges.of(sink.events()).of(gone)).hasSize(1);
    stream.marks().drop(gone);
    Awaitility.await().until(() -> !sink.events(TableDropped.class).isEmpty());
    assertThat(sink.events(TableDropped.class).get(0).table()).isEqualTo(gone);
  }

  @Test
  void changeInItsOwnTransactionIsKnownToTheCatalogByThen() throws Exception {
    liveTable("id int primary key, a int, b int");
    db.execute(
        "BEGIN; INSERT INTO t VALUES (1, 1, 1); ALTER TABLE t DROP COLUMN a;"
            + " INSERT INTO t VALUES (2, 2); SAVEPOINT s; ALTER TABLE t ADD COLUMN c int;"
            + " INSERT INTO t VALUES (9, 9, 9); ROLLBACK TO s; ALTER TABLE t RENAME b TO a;"
            + " INSERT INTO t VALUES (3, 3); COMMIT");
    db.awaitCaughtUp(sink);

    assertThat(changes().stream().map(change -> change.row()[0])).containsExactly(0, 1, 2, 3);
    assertThat(columns(lastShape())).containsExactly("1:id", "3:a");
    assertNoSeed();
  }

  @Test
  void anOptionThatIsLeftOutAtTheNextStartIsNamed() throws Exception {
    carried(new TypeOptions(true, Optional.of(4)));
    start();
    oid = live(db.table("t", "id int primary key, at timestamp, n numeric"));
    TableSchema asked = new Catalog(db.connection(), types()).table(oid).orElseThrow().schema();
    db.state().tables().update(TableState.document(oid), state -> state.reshaped(asked));
    db.execute("INSERT INTO t VALUES (1, now(), 1.5)");
    db.awaitCaughtUp(sink);
    assertNoSeed();
    stop();

    carried(TypeOptions.DEFAULT);
    start();
    db.execute("INSERT INTO t VALUES (2, now(), 1.5)");
    db.awaitCaughtUp(sink);

    assertSeeded("--timestamp-ntz changed from on to off");
    assertThat(recorded().what())
        .containsSubsequence(
            "column at is carried as timestamp, as the option --timestamp-ntz changed from on to"
                + " off",
            "column n is carried as text, as the option --numeric-scale changed from 4 to none");
  }

  private TypeOptions types() {
    return db.state().definition().orElseThrow().types();
  }

  private void carried(TypeOptions types) {
    db.state()
        .definitions()
        .put(
            MirrorDefinition.DOCUMENT,
            new MirrorDefinition(
                MirroredDatabase.MIRROR, db.sessions().source(), List.of(), types));
  }

  private static final int LEAVES = 6;

  private void insertIntoEachLeaf(int offset) throws SQLException {
    for (int leaf = 0; leaf < LEAVES; leaf++) {
      db.execute("INSERT INTO t (id) VALUES (" + (leaf * 10 + offset) + ")");
    }
  }

  /** A live one, with the stream at work. */
  private void partitionedTable() throws Exception {
    start();
    db.execute("CREATE TABLE t (id int primary key, a int) PARTITION BY RANGE (id)");
    for (int leaf = 0; leaf < LEAVES; leaf++) {
      db.execute(
          "CREATE TABLE t%d PARTITION OF t FOR VALUES FROM (%d) TO (%d)"
              .formatted(leaf, leaf * 10, leaf * 10 + 10));
    }
    db.execute("ALTER PUBLICATION \"full,\"\"1\" ADD TABLE t");
    oid = Long.parseLong(db.query("SELECT 't'::regclass::oid"));
    db.register(oid);
    live(oid);
    db.awaitCaughtUp(sink);
  }

  /** Each leaf that is touched has the stream show the table again. */
  @Test
  void leavesOfAPartitionedTableGoOnInTheShapeOfTheirPlace() throws Exception {
    partitionedTable();
    stop();
    insertIntoEachLeaf(0);
    db.execute("ALTER TABLE t RENAME a TO b");
    insertIntoEachLeaf(1);
    db.execute("ALTER TABLE t ADD COLUMN a int DEFAULT 7");
    insertIntoEachLeaf(2);
    start();
    db.awaitCaughtUp(sink);
    assertThat(columns(lastShape())).containsExactly("1:id", "2:b", "3:a");

    db.execute("ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME b TO a");
    insertIntoEachLeaf(3);
    db.awaitCaughtUp(sink);
    assertThat(columns(lastShape())).containsExactly("1:id", "2:a", "3:c");
    assertThat(changes().stream().map(change -> change.row().length))
        .hasSize(4 * LEAVES)
        .startsWith(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(state().shapes().changes())
                    .extracting(ShapeChange::after)
                    .containsExactly(
                        "id integer, b integer",
                        "id integer, b integer, a integer",
                        "id integer, a integer, c integer"));
    assertNoSeed();
  }

  @Test
  void whatTheCatalogShowedOfAPartitionedTableCountsUpToItsSnapshot() throws Exception {
    partitionedTable();
    insertIntoEachLeaf(0);
    db.awaitCaughtUp(sink);
    RowChange last = changes().get(LEAVES - 1);
    Transaction in = new Transaction(last.commitLsn(), last.commitMicros(), last.xid());
    try (LiveCatalog catalog = new LiveCatalog(db.sessions(), TypeOptions.DEFAULT)) {
      assertThat(catalog.remembered(oid, in)).isEmpty();
      SourceTable read = catalog.table(oid, in).orElseThrow();
      assertThat(catalog.remembered(oid, in)).containsSame(read);
      insertIntoEachLeaf(1);
      db.awaitCaughtUp(sink);
      RowChange next = changes().get(LEAVES);
      assertThat(
              catalog.remembered(
                  oid, new Transaction(next.commitLsn(), next.commitMicros(), next.xid())))
          .as("of a transaction behind the reading")
          .isEmpty();
    }
  }

  private List<RowChange> read(ChangeBatch batch) {
    try (ChangeReader reader = new ChangeReader(batch)) {
      return List.of(reader.next());
    }
  }

  private void reshape() throws SQLException {
    SourceTable table = inCatalog();
    stream
        .marks()
        .reshape(table, Position.parseLsn(db.query("SELECT pg_current_wal_insert_lsn()")));
  }

  @Test
  void changeOfShapeArrivesThoughNoRowFollows() throws Exception {
    liveTable("id int primary key");
    Position before = lastBatch().header().last();
    db.execute("ALTER TABLE t ADD COLUMN v text DEFAULT 'x'");
    reshape();
    reshape();
    Awaitility.await().until(() -> columns(lastShape()).size() == 2);

    assertThat(read(lastBatch()).get(0).kind()).isEqualTo(Kind.RESHAPE);
    assertThat(lastBatch().header().previous()).isEqualTo(before);
    assertThat(lastShape().missing()).isEqualTo(Map.of(2, "x"));
    assertThat(recorded().what()).containsExactly("column v text is added");
    assertThat(state().schema()).contains(inCatalog().schema());
    int batches = sink.events(ChangeBatch.class).size();
    reshape();
    db.awaitCaughtUp(sink);
    assertThat(sink.events(ChangeBatch.class)).as("it says nothing new").hasSize(batches);

    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);
    assertThat(changes().get(2).row()).hasSize(2);
    assertThat(state().shapes().changes()).hasSize(1);
    assertNoSeed();
  }

  @Test
  void changeThatNeedsASeedBeginsItThoughNoRowFollows() throws Exception {
    liveTable("id int primary key, v int");
    db.execute("ALTER TABLE t ALTER v TYPE text");
    reshape();
    Awaitility.await().until(() -> !sink.events(SeedBegin.class).isEmpty());

    assertSeeded("column v became text");
  }

  @Test
  void whatTheCatalogShowedIsOutdatedByWhatTheStreamShowsLater() throws Exception {
    liveTable("id int primary key");
    db.execute("ALTER TABLE t ADD COLUMN v text");
    SourceTable early = inCatalog();
    long lsn = Position.parseLsn(db.query("SELECT pg_current_wal_insert_lsn()"));
    db.execute("ALTER TABLE t ADD COLUMN w text");
    db.execute("INSERT INTO t VALUES (1)");
    db.awaitCaughtUp(sink);
    int batches = sink.events(ChangeBatch.class).size();
    stream.marks().reshape(early, lsn);
    db.awaitCaughtUp(sink);

    assertThat(sink.events(ChangeBatch.class)).hasSize(batches);
    assertThat(columns(lastShape())).containsExactly("1:id", "2:v", "3:w");
    assertNoSeed();
  }

  @Test
  void keyIsKnownUnderEachIdentity() throws Exception {
    liveTable("id int primary key, v int NOT NULL UNIQUE DEFAULT 1");
    db.execute("ALTER TABLE t REPLICA IDENTITY USING INDEX t_v_key");
    db.execute("INSERT INTO t VALUES (1, 2)");
    db.awaitCaughtUp(sink);

    assertSeeded("identifies its rows");
    assertThat(state().schema().orElseThrow().identity()).isEqualTo(ReplicaIdentity.INDEX);
    assertThat(
            state().schema().orElseThrow().columns().stream()
                .filter(Column::isKey)
                .map(Column::name))
        .containsExactly("v");
  }

  /** The stream dies at a point, and the next one goes on from what is stored. */
  private void dieAt(Failpoint point) throws Exception {
    try (var failing = Failpoints.arm(point, new Fail(), 1)) {
      db.execute("INSERT INTO t (id) VALUES (2)");
      start();
      StreamEngine dying = stream;
      Awaitility.await().until(() -> dying.ended().isDone());
    }
    stop();
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {
        "STREAM_SHAPE_DECIDED",
        "STREAM_OFFSET_STORING",
        "STREAM_SHAPE_REGISTERING",
        "STREAM_SHAPE_REGISTERED"
      })
  void workerThatDiesOverAChangeOfShapeDecidesItAgainTheSame(Failpoint point) throws Exception {
    liveTable("id int primary key, a int");
    stop();
    db.execute("ALTER TABLE t RENAME a TO c; ALTER TABLE t ADD COLUMN a int DEFAULT 5");
    db.execute("INSERT INTO t VALUES (1, 1, 1)");
    dieAt(point);
    boolean registered = point == Failpoint.STREAM_SHAPE_REGISTERED;
    assertThat(state().schema().orElseThrow().columns()).hasSize(registered ? 3 : 2);
    start();
    db.execute("INSERT INTO t VALUES (3, 3, 3)");
    db.awaitCaughtUp(sink);

    Awaitility.await()
        .untilAsserted(() -> assertThat(state().schema()).contains(inCatalog().schema()));
    assertThat(state().shapes().changes()).hasSize(1);
    assertThat(changes().stream().map(change -> change.row()[0])).containsExactly(0, 1, 2, 3);
    assertThat(
            sink.events(ChangeBatch.class).stream()
                .skip(1)
                .map(batch -> columns(batch.header().table())))
        .allMatch(List.of("1:id", "2:c", "3:a")::equals);
    assertNoSeed();
  }
}
