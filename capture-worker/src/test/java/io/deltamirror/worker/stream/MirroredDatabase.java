package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A database of a real server with publications, slot and mirror state of its own. */
public final class MirroredDatabase implements AutoCloseable {
  public static final long GENERATION = 1_700_000_000L;
  public static final String MIRROR = "m";

  private final SourceSession sessions;
  private final Path file;
  private final SqliteMirrorStore store;
  private final MirrorState state;
  private final Connection connection;
  private final ReplicationSource source;

  private MirroredDatabase(SourceSession sessions, Path folder) throws SQLException {
    this.sessions = sessions;
    this.file = folder.resolve(UUID.randomUUID() + ".db");
    this.store = new SqliteMirrorStore(file);
    this.state = new MirrorState(store, MIRROR);
    this.connection = sessions.open();
    execute("SET search_path = public");
    this.source =
        new ReplicationSource(
            "slot_" + Integer.toHexString(sessions.source().database().hashCode()),
            List.of("full,\"1", "inserts"),
            GENERATION);
    execute("CREATE PUBLICATION \"full,\"\"1\" WITH (publish_via_partition_root = true)");
    execute("CREATE PUBLICATION inserts WITH (publish = 'insert')");
    execute("SELECT pg_create_logical_replication_slot('" + source.slot() + "', 'pgoutput')");
  }

  public static EmbeddedPostgres server() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("wal_level", "logical")
        .setServerConfig("fsync", "off")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_wal_senders", "20")
        .setServerConfig("max_replication_slots", "100")
        .start();
  }

  /** Makes a database. */
  public static MirroredDatabase create(EmbeddedPostgres server, String name, Path folder)
      throws SQLException {
    Source postgres = new Source("127.0.0.1", server.getPort(), "postgres", "postgres", none());
    try (Connection admin = new SourceSession(postgres, ignored -> none()).open()) {
      SourceSession.execute(admin, "CREATE DATABASE " + TableName.quote(name));
    }
    Source source = new Source("127.0.0.1", server.getPort(), name, "postgres", none());
    return new MirroredDatabase(new SourceSession(source, ignored -> none()), folder);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  /** The same store over a connection of its own, as another process has it. */
  public SqliteMirrorStore openStore() {
    return new SqliteMirrorStore(file);
  }

  public MirrorState state() {
    return state;
  }

  public SourceSession sessions() {
    return sessions;
  }

  public ReplicationSource source() {
    return source;
  }

  public Connection connection() {
    return connection;
  }

  public void execute(String sql) throws SQLException {
    SourceSession.execute(connection, sql);
  }

  public String query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Makes a table, publishes it and registers it; returns its OID. */
  public long table(String name, String columns) throws SQLException {
    execute("CREATE TABLE " + name + " (" + columns + ")");
    execute("ALTER PUBLICATION \"full,\"\"1\" ADD TABLE " + name);
    long oid = Long.parseLong(query("SELECT '" + name.replace("'", "''") + "'::regclass::oid"));
    register(oid);
    return oid;
  }

  public void register(long oid) throws SQLException {
    SourceTable table = new Catalog(connection).table(oid).orElseThrow();
    state
        .tables()
        .put(
            TableState.document(oid),
            TableState.initial(table.schema(), "new", Instant.now())
                .with(ShapeHistory.NONE.at(table.storage())));
  }

  /** Starts the stream once the server has noticed that an earlier reader is gone. */
  public StreamEngine start(StreamSettings settings, EventSink sink) {
    awaitFreeSlot();
    return StreamEngine.start(state, 1, sessions, source, settings, sink);
  }

  public void awaitFreeSlot() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                query(
                        "SELECT active FROM pg_replication_slots WHERE slot_name = '"
                            + source.slot()
                            + "'")
                    .equals("f"));
  }

  /** The LSN up to which the server may forget. */
  public long confirmedLsn() throws SQLException {
    return Position.parseLsn(
        query(
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '"
                + source.slot()
                + "'"));
  }

  public StreamOffset offset() {
    return new OffsetDocument(store, MIRROR).offset().orElseThrow();
  }

  /** Waits until everything committed before this call has arrived. */
  public void awaitCaughtUp(RecordingSink sink) throws SQLException {
    long lsn =
        Position.parseLsn(query("SELECT pg_logical_emit_message(true, 'delta-mirror', 'barrier')"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                sink.events(Watermark.class).stream()
                    .anyMatch(w -> Long.compareUnsigned(w.position().commitLsn(), lsn) >= 0));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    store.close();
  }
}
