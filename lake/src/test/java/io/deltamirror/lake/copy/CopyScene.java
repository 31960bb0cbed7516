package io.deltamirror.lake.copy;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TestTables;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A source, a lake, a state, and what the worker does before a copy: the plan and its snapshot. */
final class CopyScene implements AutoCloseable {
  static final String MIRROR = "m";
  static final Position FLOOR = new Position(1, 10, 1);

  private static final Clock CLOCK = Clock.systemUTC();

  final SourceSession session;
  final Path lake;
  final LakeStorage storage;
  final MirrorStore store;
  final MirrorState mirror;
  final DeltaTables tables;
  private final Connection connection;
  private final List<Connection> snapshots = new ArrayList<>();
  private CopyOptions options =
      new CopyOptions(
          CopyOptions.DEFAULT.runBytes(),
          CopyOptions.DEFAULT.rowsPerFile(),
          1,
          Duration.ofMillis(200),
          Duration.ZERO,
          CopyOptions.DEFAULT.dataFiles());

  CopyScene(EmbeddedPostgres postgres, Path folder) throws IOException {
    this(postgres, "postgres", folder);
  }

  CopyScene(EmbeddedPostgres postgres, String database, Path folder) throws IOException {
    session =
        new SourceSession(
            new Source("localhost", postgres.getPort(), database, "postgres", Optional.empty()),
            source -> Optional.of("postgres"));
    connection = session.open();
    lake = folder.resolve("lake");
    storage = new LocalLakeStorage(lake);
    store = new SqliteMirrorStore(folder.resolve("state.db"));
    mirror = new MirrorState(store, MIRROR);
    tables = new DeltaTables(storage, 10);
  }

  CopyScene with(CopyOptions other) {
    options = other;
    return this;
  }

  CopyOptions options() {
    return options;
  }

  TableCopier copier() {
    return copier(storage, store);
  }

  /** A copier as another process would have it: nothing is shared but the lake and the state. */
  TableCopier copier(LakeStorage lakeOrPart, MirrorStore stateOrPart) {
    return new TableCopier(
        name -> session, lakeOrPart, stateOrPart, new DeltaTables(lakeOrPart, 10), options, CLOCK);
  }

  void sql(String... statements) throws SQLException {
    for (String statement : statements) {
      SourceSession.execute(connection, statement);
    }
  }

  String value(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  SourceTable table(String name) throws SQLException {
    long oid = Long.parseLong(value("SELECT 'public." + name + "'::regclass::oid"));
    return new Catalog(connection).table(oid).orElseThrow();
  }

  /** Lets the table join or reseeds it, takes a snapshot and cuts at the given pages. */
  List<CopyTask> plan(String name, long... cuts) throws SQLException {
    SourceTable table = table(name);
    long oid = table.schema().oid();
    mirror
        .tables()
        .change(
            TableState.document(oid),
            present ->
                Optional.of(
                    present
                        .map(state -> state.reseed(table.schema(), "again", now()))
                        .orElseGet(() -> TableState.initial(table.schema(), "new", now()))));
    int seed = state(name).seed();
    update(name, state -> state.spooling(seed, FLOOR, now()));
    return planAgain(name, cuts);
  }

  /** Takes a snapshot for a table that spools, and cuts it at the given pages. */
  List<CopyTask> planAgain(String name, long... cuts) throws SQLException {
    SourceTable table = table(name);
    long oid = table.schema().oid();
    int seed = state(name).seed();
    sql("SELECT pg_logical_emit_message(false, 'mirror', '')");
    Connection holder = session.open();
    snapshots.add(holder);
    SourceSession.execute(holder, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    String exported = value(holder, "SELECT pg_export_snapshot()");
    String visible = value(holder, "SELECT pg_current_snapshot()::text");
    long lsn = Position.parseLsn(value(holder, "SELECT pg_current_wal_insert_lsn()::text"));
    List<CopyTask> tasks = new ArrayList<>();
    for (int part = 0; part <= cuts.length; part++) {
      mirror
          .parts()
          .put(
              CopyPart.document(oid, seed, part),
              new CopyPart(
                  oid,
                  seed,
                  lsn,
                  part,
                  cuts.length + 1,
                  part == 0 ? 0 : cuts[part - 1],
                  part == cuts.length ? -1 : cuts[part],
                  table.filenode(),
                  -1,
                  false,
                  0,
                  List.of()));
      tasks.add(new CopyTask(MIRROR, oid, seed, part, exported, lsn));
    }
    update(
        name,
        state ->
            state.copying(
                seed,
                state.shapes().carried(table.schema()),
                new SeedSnapshot(visible, lsn),
                now()));
    return tasks;
  }

  private static String value(Connection holder, String sql) throws SQLException {
    try (var statement = holder.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** The worker ends: what it exported is gone. */
  void dropSnapshots() throws SQLException {
    for (Connection snapshot : snapshots) {
      snapshot.close();
    }
    snapshots.clear();
  }

  void update(String name, java.util.function.UnaryOperator<TableState> step) throws SQLException {
    mirror.tables().update(TableState.document(table(name).schema().oid()), step);
  }

  TableState state(String name) throws SQLException {
    return mirror.table(table(name).schema().oid()).orElseThrow();
  }

  /** The table as another process reads it now. */
  Optional<io.deltamirror.lake.delta.TableVersion> version(String name) {
    return new DeltaTables(storage, 1).of(new TableName("public", name)).reload();
  }

  List<List<Object>> rows(String name) throws IOException {
    return TestTables.read(lake, folder(name));
  }

  String folder(String name) {
    return LakePaths.table(new TableName("public", name));
  }

  /** Data files that lie in the table's folder, part of the table or not. */
  long dataFiles(String name) throws IOException {
    return storage.list(folder(name), "").stream()
        .filter(file -> file.path().endsWith(".parquet") && !file.path().contains("_delta_log"))
        .count();
  }

  static Instant now() {
    return CLOCK.instant();
  }

  @Override
  public void close() throws SQLException {
    dropSnapshots();
    connection.close();
    store.close();
  }
}
