package io.deltamirror.worker.seed;

import static io.deltamirror.worker.seed.SourceServer.one;
import static io.deltamirror.worker.seed.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.Grants;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.lease.Tenures;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.SeedMarks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole, with its loop and under roles with few rights; the functions' part is played. */
class MirrorSeedingIT {
  private static final SourceNames NAMES = SourceNames.of("shop");
  private static SourceServer server;

  private MirrorStore store;
  private MirrorState mirror;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void openStore(@TempDir Path folder) {
    store = new SqliteMirrorStore(folder.resolve("state.db"));
    mirror = new MirrorState(store, "shop");
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    run(
        server.session("postgres", "postgres"),
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  }

  /** Takes each mark and each task for done at once, as a quick hub and quick functions would. */
  private final class QuickFunctions implements SeedMarks, CopyTaskSender {
    final Queue<CopyTask> tasks = new ConcurrentLinkedQueue<>();

    @Override
    public void reshape(SourceTable table, long lsn) {}

    @Override
    public void drop(long oid) {}

    @Override
    public void begin(long oid, int seed) {
      mirror
          .tables()
          .update(
              TableState.document(oid),
              state -> state.spooling(seed, new Position(1, 0, 0), state.since()));
    }

    @Override
    public void ready(long oid, int seed) {
      mirror.tables().update(TableState.document(oid), state -> state.live(seed, state.since()));
    }

    @Override
    public void send(CopyTask task) {
      tasks.add(task);
      mirror
          .tables()
          .update(
              TableState.document(task.oid()),
              state -> state.seeded(task.seed(), task.snapshot(), state.since()));
    }
  }

  private MirrorSeeding seeding(SourceSession session, CopyTaskSender sender) {
    TablePatterns all = new TablePatterns(List.of());
    return new MirrorSeeding(
        session,
        Tenures.begin(mirror),
        all,
        TypeOptions.DEFAULT,
        sender,
        Duration.ZERO,
        Clock.systemUTC());
  }

  /** Runs until both tables are live, then interrupts. */
  private void seedWhole(SourceSession session, int tables) throws Exception {
    QuickFunctions functions = new QuickFunctions();
    MirrorSeeding seeding = seeding(session, functions);
    ReplicationSource stream = seeding.prepare(new MarkingHub(mirror));
    assertThat(stream.slot()).isEqualTo(NAMES.slot());
    assertThat(stream.publications()).containsExactly(NAMES.full(), NAMES.insertOnly());
    assertThat(stream.generation()).isEqualTo(mirror.identity().orElseThrow().generation());
    Thread loop =
        new Thread(
            () -> {
              try {
                seeding.run(functions);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    loop.start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(mirror.tables().list(TableState.PREFIX))
                    .hasSize(tables)
                    .allMatch(state -> state.at(1, SeedStage.LIVE)));
    loop.interrupt();
    loop.join(10_000);
    assertThat(loop.isAlive()).isFalse();
    assertThat(functions.tasks).hasSize(tables);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        one(
                            server.session("postgres", "postgres"),
                            "SELECT count(*) FROM pg_stat_activity"
                                + " WHERE application_name = 'delta-mirror'"
                                + " AND pid <> pg_backend_pid() AND datname = '"
                                + session.source().database()
                                + "'"))
                    .isEqualTo("0"));
  }

  @Test
  void aRoleWithThePrintedGrantsOnlyMirrorsWhatAnAdministratorPublished() throws Exception {
    SourceSession admin = server.database("granted");
    run(admin, "CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE \"B\" (id int PRIMARY KEY)");
    try (Connection connection = admin.open()) {
      for (String statement :
          new Grants("granted_role", "granted", NAMES, 18)
              .statements(new Catalog(connection).tables())) {
        run(admin, statement);
      }
    }
    seedWhole(server.session("granted", "granted_role"), 2);
  }

  @Test
  void aMemberOfTheOwnersPublishesByItself() throws Exception {
    SourceSession admin = server.database("owned");
    run(
        admin,
        "CREATE ROLE owner_role",
        "CREATE ROLE member_role LOGIN REPLICATION IN ROLE owner_role",
        "GRANT CREATE ON DATABASE owned TO member_role",
        "CREATE TABLE a (id int PRIMARY KEY)",
        "ALTER TABLE a OWNER TO owner_role");
    seedWhole(server.session("owned", "member_role"), 1);
  }

  @Test
  void tablesThatTheRoleMayNotPublishOrReadSayWhatIsMissingAndJoinThen() throws Exception {
    SourceSession admin = server.database("foreign_tables");
    run(
        admin,
        "CREATE ROLE outsider LOGIN REPLICATION",
        "GRANT CREATE ON DATABASE foreign_tables TO outsider",
        "CREATE TABLE a (id int PRIMARY KEY)",
        "CREATE TABLE secret (id int PRIMARY KEY)",
        "GRANT SELECT ON a TO outsider");
    SourceSession outsider = server.session("foreign_tables", "outsider");
    QuickFunctions functions = new QuickFunctions();
    seeding(outsider, functions).prepare(new MarkingHub(mirror));
    SettableClock clock = new SettableClock();
    TablePatterns all = new TablePatterns(List.of());
    try (TableSeeds seeds =
        new TableSeeds(outsider, mirror, all, TypeOptions.DEFAULT, functions, functions, clock)) {
      seeds.step();
      TableState refused = table("a");
      assertThat(table("secret").fault().orElseThrow().code()).isEqualTo(ErrorCode.SOURCE_ROLE);
      assertThat(refused.fault().orElseThrow().code()).isEqualTo(ErrorCode.SOURCE_PUBLICATION);
      String statement = refused.fault().orElseThrow().message().replaceFirst(".*owner: ", "");
      run(admin, statement);
      clock.advance(Duration.ofSeconds(6));
      seeds.step();
      assertThat(table("a").at(1, SeedStage.SPOOLING)).isTrue();
    }
  }

  private TableState table(String name) {
    return mirror.tables().list(TableState.PREFIX).stream()
        .filter(state -> state.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRoleThatMayNotReplicateIsToldSo() throws Exception {
    SourceSession admin = server.database("poor");
    run(admin, "CREATE ROLE poor_role LOGIN", "GRANT CREATE ON DATABASE poor TO poor_role");
    MirrorSeeding seeding = seeding(server.session("poor", "poor_role"), new QuickFunctions());
    assertThatThrownBy(() -> seeding.prepare(new MarkingHub(mirror)))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_ROLE));
  }
}
