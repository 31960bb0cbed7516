package io.deltamirror.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorControlTest {
  private static final Instant NOW = Instant.parse("2026-11-05T10:00:00Z");
  private static final Instant EARLIER = Instant.parse("2026-11-05T09:59:00Z");
  private static final MirrorDefinition SALES =
      new MirrorDefinition(
          "sales",
          new MirrorDefinition.Source("db", 5432, "shop", "mirror", Optional.empty()),
          List.of("public.*"));

  private static final TableName ORDERS = new TableName("public", "orders");

  @TempDir private Path directory;
  private SqliteMirrorStore store;
  private MirrorControl control;
  private MirrorState state;

  @BeforeEach
  void open() {
    store = new SqliteMirrorStore(directory.resolve("state.db"));
    control = new MirrorControl(store, () -> NOW);
    state = new MirrorState(store, "sales");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void definedMirrorIsInitializedAndNotWanted() {
    control.define(SALES);

    assertThat(control.mirrors()).containsExactly(SALES);
    assertThat(control.definition("sales")).isEqualTo(SALES);
    assertThat(Json.write(control.status("sales")))
        .isEqualTo(
            "{\"status\":\"Initialized\",\"details\":"
                + "{\"wanted\":false,\"slotBytes\":0,\"at\":\"2026-11-05T10:00:00Z\"}}");
  }

  @Test
  void startAndStopSayWhatIsWantedAndKeepWhatTheWorkerSaid() {
    control.define(SALES);

    control.start("sales");
    assertThat(state.run().orElseThrow().wanted()).isTrue();
    assertThat(control.status("sales").status()).isEqualTo(Phase.STARTING);

    observe(Phase.RUNNING, Optional.empty());
    control.start("sales");
    assertThat(control.status("sales").status()).isEqualTo(Phase.RUNNING);

    control.stop("sales");
    assertThat(state.run().orElseThrow().wanted()).isFalse();
    assertThat(control.status("sales").status()).isEqualTo(Phase.STOPPING);
    assertThat(control.status("sales").details().sentLsn()).contains("16/B374D848");
  }

  @Test
  void definingAgainChangesTheTablesAndNotTheRun() {
    control.define(SALES);
    control.start("sales");

    control.define(new MirrorDefinition("sales", SALES.source(), List.of("sales.orders")));

    assertThat(control.definition("sales").tables()).containsExactly("sales.orders");
    assertThat(control.status("sales").details().wanted()).isTrue();
  }

  @Test
  void faultOfTheMirrorIsShownWithItsRemedy() {
    control.define(SALES);
    control.start("sales");
    observe(
        Phase.STARTING,
        Optional.of(new Fault(ErrorCode.SOURCE_WAL_LEVEL, "wal_level is replica", EARLIER)));

    assertThat(control.status("sales").error())
        .contains(
            new ReportedFault(
                ErrorCode.SOURCE_WAL_LEVEL,
                "wal_level is replica",
                "Set wal_level = logical and restart PostgreSQL.",
                EARLIER));
  }

  @Test
  void unknownMirrorIsNotFoundWhateverIsAsked() {
    for (String name : List.of("absent", "../sales", "", "a.b")) {
      assertNotFound(() -> control.definition(name));
      assertNotFound(() -> control.start(name));
      assertNotFound(() -> control.stop(name));
      assertNotFound(() -> control.status(name));
      assertNotFound(() -> control.tables(name, Optional.empty()));
    }
    assertThat(control.mirrors()).isEmpty();
  }

  @Test
  void tableIsReportedInFabricsShape() throws Exception {
    control.define(SALES);
    put(table(7, "orders", TableStatus.REPLICATING, Optional.empty()));
    state
        .progress()
        .put(
            TableProgress.document(7),
            new TableProgress(
                7,
                Optional.of(new Position(1, Position.parseLsn("0/1A2B"), 3)),
                12,
                4,
                6,
                1247,
                Optional.of(EARLIER),
                14_001,
                Optional.of(new TableProgress.CopyProgress(2, 1, 3, 6))));

    JsonNode row =
        Json.mapper()
            .readTree(Json.write(control.tables("sales", Optional.empty()).tables()))
            .get(0);

    assertThat(row)
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    {"sourceObjectType": "Table", "sourceSchemaName": "public",
                     "sourceTableName": "orders", "status": "Replicating",
                     "metrics": {"processedBytes": 1247, "processedRows": 6,
                       "lastSyncDateTime": "2026-11-05T09:59:00Z", "lastSyncLatencyInSeconds": 15},
                     "details": {"oid": 7, "rows": 4, "appliedLsn": "0/1A2B",
                       "freshnessMillis": 14001, "since": "2026-11-05T10:00:00Z",
                       "copy": {"parts": 2, "partsDone": 1, "rows": 3, "rowsExpected": 6}}}
                    """));
  }

  @Test
  void changesOfShapeNotesAndTheReasonOfACopyAreReported() throws Exception {
    control.define(SALES);
    ShapeChange first =
        new ShapeChange(
            new Position(1, Position.parseLsn("0/1A2B"), 3),
            EARLIER,
            List.of("column note is added", "column \"old\" is dropped"),
            "id bigint, old text",
            "id bigint, note text",
            0);
    ShapeChange second =
        new ShapeChange(
            new Position(1, Position.parseLsn("16/B374D848"), 0),
            NOW,
            List.of("column id: bigint becomes text"),
            "id bigint, note text",
            "id text, note text",
            2);
    TableState table = table(1, SeedStage.LIVE);
    put(
        table
            .reseed(table.schema().orElseThrow(), "the type of id changed", NOW)
            .with(
                ShapeHistory.NONE
                    .with(first)
                    .with(second)
                    .noting(List.of("UPDATE and DELETE are not mirrored: it has no key"))));

    JsonNode row =
        Json.mapper()
            .readTree(Json.write(control.tables("sales", Optional.empty()).tables()))
            .get(0);

    assertThat(row.path("status").asText()).isEqualTo("Reseeding");
    assertThat(row.path("details"))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    {"oid": 1, "rows": 0, "freshnessMillis": 0, "since": "2026-11-05T10:00:00Z",
                     "seedReason": "the type of id changed",
                     "notes": ["UPDATE and DELETE are not mirrored: it has no key"],
                     "shapeChanges": [
                       {"lsn": "0/1A2B", "at": "2026-11-05T09:59:00Z",
                        "what": ["column note is added", "column \\"old\\" is dropped"],
                        "before": "id bigint, old text", "after": "id bigint, note text",
                        "seed": 0},
                       {"lsn": "16/B374D848", "at": "2026-11-05T10:00:00Z",
                        "what": ["column id: bigint becomes text"],
                        "before": "id bigint, note text", "after": "id text, note text",
                        "seed": 2}]}
                    """));
  }

  @Test
  void tableThatHasNotBegunHasZerosAndNoSyncTime() {
    control.define(SALES);
    put(table(7, "orders", TableStatus.INITIALIZED, Optional.empty()));

    TableReport row = control.tables("sales", Optional.empty()).tables().get(0);

    assertThat(row.status()).isEqualTo(TableStatus.INITIALIZED);
    assertThat(row.metrics()).isEqualTo(new TableReport.Metrics(0, 0, Optional.empty(), 0));
    assertThat(Json.write(row)).doesNotContain("null");
  }

  @Test
  void tablesOfAStoppedMirrorAreStoppedButFailedOnesStayFailed() {
    control.define(SALES);
    put(table(1, "a", TableStatus.REPLICATING, Optional.empty()));
    Fault fault = new Fault(ErrorCode.NO_PRIMARY_KEY, "public.b has none", EARLIER);
    put(table(2, "b", TableStatus.FAILED, Optional.of(fault)));
    observe(Phase.STOPPED, Optional.empty());

    List<TableReport> rows = control.tables("sales", Optional.empty()).tables();

    assertThat(rows)
        .extracting(TableReport::status)
        .containsExactly(TableStatus.STOPPED, TableStatus.FAILED);
    assertThat(rows.get(1).error().orElseThrow().errorCode()).isEqualTo(ErrorCode.NO_PRIMARY_KEY);
  }

  @Test
  void pagesTogetherHaveEveryTableOnceInTheOrderOfNames() {
    control.define(SALES);
    int count = 2 * MirrorControl.PAGE_SIZE + 1;
    for (int i = 0; i < count; i++) {
      // The same name twice: a table that was dropped and made again.
      put(table(1000 + i, "t" + i / 2, TableStatus.REPLICATING, Optional.empty()));
    }

    List<TableReport> all = new ArrayList<>();
    Optional<String> token = Optional.empty();
    int pages = 0;
    do {
      TablePage page = control.tables("sales", token);
      all.addAll(page.tables());
      token = page.continuationToken();
      pages++;
    } while (token.isPresent());

    assertThat(pages).isEqualTo(3);
    assertThat(all).extracting(row -> row.details().oid()).doesNotHaveDuplicates().hasSize(count);
    assertThat(all).extracting(TableReport::sourceTableName).isSorted();
  }

  @Test
  void inventedContinuationTokenIsRefused() {
    control.define(SALES);

    for (String token : List.of("", "%%%", "YWJj", "YQBiAGM")) {
      assertThatThrownBy(() -> control.tables("sales", Optional.of(token)))
          .isInstanceOfSatisfying(
              MirrorException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }

  private void observe(Phase phase, Optional<Fault> fault) {
    Position sent = new Position(1, Position.parseLsn("16/B374D848"), 0);
    state
        .runs()
        .update(
            MirrorRun.DOCUMENT, run -> run.observe(phase, fault, Optional.of(sent), 4096, EARLIER));
  }

  private void put(TableState table) {
    state.tables().put(TableState.document(table.oid()), table);
  }

  private static TableState table(
      long oid, String name, TableStatus status, Optional<Fault> fault) {
    return new TableState(
        oid,
        new TableName("public", name),
        status,
        1,
        SeedStage.LIVE,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        fault,
        NOW,
        ShapeHistory.NONE);
  }

  private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MIRROR_NOT_FOUND));
  }

  @Test
  void failedTableIsResumedFromItsSpool() {
    control.define(SALES);
    fail(SeedStage.LIVE);

    control.resume("sales", ORDERS);

    TableState resumed = state.table(1).orElseThrow();
    assertThat(resumed.stage()).isEqualTo(SeedStage.SEEDED);
    assertThat(resumed.status()).isEqualTo(TableStatus.RESEEDING);
    assertThat(resumed.fault()).isEmpty();
    assertThat(resumed.reason()).isEqualTo("it was resumed by hand");
    control.resume("sales", ORDERS);
    assertThat(state.table(1)).contains(resumed);
  }

  @Test
  void tableThatFailedDuringItsCopyIsCopiedAgainWhenResumed() {
    control.define(SALES);
    fail(SeedStage.COPYING);

    control.resume("sales", ORDERS);

    TableState resumed = state.table(1).orElseThrow();
    assertThat(resumed.at(1, SeedStage.SPOOLING)).isTrue();
    assertThat(resumed.snapshot()).isEmpty();
    assertThat(resumed.status()).isEqualTo(TableStatus.SNAPSHOTTING);
  }

  @Test
  void reseedBeginsTheNextSeedOnce() {
    control.define(SALES);
    fail(SeedStage.LIVE);

    control.reseed("sales", ORDERS);
    control.reseed("sales", ORDERS);

    TableState reseeded = state.table(1).orElseThrow();
    assertThat(reseeded.at(2, SeedStage.REQUESTED)).isTrue();
    assertThat(reseeded.reason()).isEqualTo("a reseed was asked for by hand");
  }

  @Test
  void tableThatIsNotThereCanBeNeitherResumedNorReseeded() {
    control.define(SALES);
    Fault fault = new Fault(ErrorCode.NO_PRIMARY_KEY, "no key", NOW);
    state.tables().put(TableState.document(9), TableState.unsupported(9, ORDERS, fault));

    for (TableName name : List.of(ORDERS, new TableName("public", "other"))) {
      assertThatThrownBy(() -> control.resume("sales", name))
          .isInstanceOfSatisfying(
              MirrorException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
      assertThatThrownBy(() -> control.reseed("sales", name)).isInstanceOf(MirrorException.class);
    }
  }

  @Test
  void ofADroppedTableAndItsSuccessorTheSuccessorIsMeant() {
    control.define(SALES);
    state
        .tables()
        .put(
            TableState.document(1),
            table(1, SeedStage.LIVE)
                .fail(new Fault(ErrorCode.TABLE_DOES_NOT_EXIST, "is no longer there", NOW)));
    state.tables().put(TableState.document(2), table(2, SeedStage.LIVE));

    control.reseed("sales", ORDERS);

    assertThat(state.table(1).orElseThrow().seed()).isEqualTo(1);
    assertThat(state.table(2).orElseThrow().seed()).isEqualTo(2);
  }

  private void fail(SeedStage stage) {
    Fault fault = new Fault(ErrorCode.LAKE_TABLE_FOREIGN, "a file is missing", NOW);
    state.tables().put(TableState.document(1), table(1, stage).fail(fault));
  }

  private static TableState table(long oid, SeedStage stage) {
    TableSchema schema =
        new TableSchema(
            oid,
            ORDERS,
            List.of(new Column(1, "id", 20, -1, "bigint", 1)),
            ReplicaIdentity.DEFAULT);
    TableState table =
        TableState.initial(schema, "new", EARLIER)
            .spooling(1, Position.startOf(1), EARLIER)
            .copying(1, schema, new SeedSnapshot("1:1:", 5), EARLIER);
    return stage == SeedStage.LIVE ? table.seeded(1, 5, EARLIER).live(1, EARLIER) : table;
  }
}
