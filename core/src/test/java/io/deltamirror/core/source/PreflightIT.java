package io.deltamirror.core.source;

import static io.deltamirror.core.source.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.Preflight.Finding;
import io.deltamirror.core.state.MirrorDefinition.Source;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PreflightIT {
  private static final SourceNames NAMES = SourceNames.of("shop");
  private static final TablePatterns ALL = new TablePatterns(List.of());
  private static final TableName T = new TableName("public", "t");
  private static SourceServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer("logical");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  private static List<Finding> check(SourceSession session) {
    return new Preflight(session, NAMES).check(ALL);
  }

  @Test
  void aSourceThatIsReadyHasNoFindings() throws Exception {
    SourceSession session = server.database("ready");
    run(session, "CREATE TABLE t (a int PRIMARY KEY)");
    assertThat(new Preflight(session, NAMES).require(ALL)).isEmpty();
  }

  @Test
  void aSourceThatDoesNotAnswerIsOneBlockingFinding() {
    Source nowhere = new Source("127.0.0.1", 1, "d", "u", Optional.empty());
    assertThat(check(new SourceSession(nowhere, unused -> Optional.empty())))
        .extracting(Finding::code, Finding::blocking)
        .containsExactly(tuple(ErrorCode.SOURCE_UNREACHABLE, true));
    assertThat(check(server.session("no_such_database", "postgres")))
        .extracting(Finding::code, Finding::blocking)
        .containsExactly(tuple(ErrorCode.SOURCE_DATABASE_MISSING, true));
    assertThat(check(server.session("postgres", "nobody")))
        .extracting(Finding::code, Finding::blocking)
        .containsExactly(tuple(ErrorCode.SOURCE_AUTHENTICATION, true));
  }

  @Test
  void withoutLogicalWalNothingStarts() throws Exception {
    try (SourceServer other = new SourceServer("replica")) {
      Preflight preflight = new Preflight(other.session("postgres", "postgres"), NAMES);
      assertThatThrownBy(() -> preflight.require(ALL))
          .isInstanceOfSatisfying(
              MirrorException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_WAL_LEVEL));
    }
  }

  @Test
  void aRoleWithoutRightsLacksReplicationAndPublications() throws Exception {
    server.database("bare");
    run(server.session("postgres", "postgres"), "CREATE ROLE bare LOGIN");
    assertThat(check(server.session("bare", "bare")))
        .extracting(Finding::code)
        .containsExactly(ErrorCode.SOURCE_ROLE, ErrorCode.SOURCE_PUBLICATION);
  }

  @Test
  void slotsThatAreAllTakenBlockUnlessOneIsOurs() throws Exception {
    SourceSession session = server.database("crowded");
    try (Connection connection = session.open()) {
      for (String name : List.of("a", "b", "c", NAMES.slot())) {
        new ReplicationSlot(connection, name).create();
      }
      assertThat(check(session)).isEmpty();
      assertThat(new Preflight(session, SourceNames.of("other")).check(ALL))
          .extracting(Finding::code)
          .containsExactly(ErrorCode.SOURCE_SLOTS);
      for (String name : List.of("a", "b", "c", NAMES.slot())) {
        new ReplicationSlot(connection, name).drop();
      }
    }
  }

  @Test
  void whatThePrintedGrantsGiveIsEnoughAndWithoutThemTablesSayWhatIsMissing() throws Exception {
    SourceSession admin = server.database("granted");
    run(
        admin,
        "CREATE SCHEMA \"Sales\"",
        "CREATE TABLE \"Sales\".\"Order\" (id int PRIMARY KEY)",
        "CREATE TABLE secret (id int PRIMARY KEY)",
        "CREATE TABLE hidden (id int PRIMARY KEY)",
        "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE keyless (id int)",
        "CREATE TABLE generated (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED)",
        "CREATE UNLOGGED TABLE \"no\nwal\" (id int)");
    Grants grants = new Grants("reader", "granted", NAMES, 18);
    List<Catalog.SourceTable> tables;
    try (Connection connection = admin.open()) {
      tables =
          new Catalog(connection)
              .tables().stream()
                  .filter(table -> !table.schema().name().name().equals("secret"))
                  .toList();
    }
    for (String statement : grants.statements(tables)) {
      run(admin, statement);
    }
    assertThat(check(server.session("granted", "reader")))
        .extracting(Finding::code, Finding::blocking)
        .containsExactlyInAnyOrder(
            tuple(ErrorCode.NOT_REGULAR_TABLE, false), // unlogged
            tuple(ErrorCode.SOURCE_ROLE, false), // row-level security
            tuple(ErrorCode.SOURCE_ROLE, false)); // secret
    run(admin, "GRANT SELECT ON secret TO reader", "ALTER TABLE hidden DISABLE ROW LEVEL SECURITY");
    assertThat(check(server.session("granted", "reader")))
        .extracting(Finding::code, Finding::message)
        .satisfiesExactlyInAnyOrder(
            finding -> assertThat(finding.toList().get(0)).isEqualTo(ErrorCode.NOT_REGULAR_TABLE),
            finding ->
                assertThat(finding.toList().get(1).toString())
                    .contains("ALTER PUBLICATION", "\"public\".\"secret\""));
  }

  /** Printed for an administrator who owns the tables, but is no superuser. */
  @Test
  void whoWasGivenThePrintedGrantsCanKeepTheSourcesUpdatesGoingAndNothingMore() throws Exception {
    SourceSession superuser = server.database("handed");
    run(
        superuser,
        "CREATE ROLE admin LOGIN CREATEROLE REPLICATION",
        "ALTER DATABASE handed OWNER TO admin",
        "ALTER SCHEMA public OWNER TO admin");
    SourceSession admin = server.session("handed", "admin");
    run(admin, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE gone (id int PRIMARY KEY)");
    Grants grants = new Grants("mirroring", "handed", NAMES, 18);
    try (Connection connection = admin.open()) {
      for (String statement : grants.statements(new Catalog(connection).tables())) {
        run(admin, statement);
      }
    }
    SourceSession mirroring = server.session("handed", "mirroring");
    assertThat(check(mirroring)).isEmpty();
    run(admin, "INSERT INTO t VALUES (1)", "ALTER TABLE t DROP CONSTRAINT t_pkey");
    assertThatThrownBy(() -> run(admin, "UPDATE t SET id = 2")).isInstanceOf(SQLException.class);
    try (Connection connection = mirroring.open()) {
      Publications publications = new Publications(connection, NAMES);
      for (Catalog.SourceTable table : new Catalog(connection).tables()) {
        long oid = table.schema().oid();
        if (table.schema().name().name().equals("gone")) {
          publications.remove(table.schema().name(), publications.members().get(oid));
          continue;
        }
        assertThatThrownBy(() -> publications.add(table.schema(), publications.members().get(oid)))
            .isInstanceOfSatisfying(
                MirrorException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_PUBLICATION))
            .hasMessageContaining("ADD TABLE ONLY \"public\".\"t\"")
            .hasMessageNotContaining("DROP TABLE");
      }
      assertThat(publications.members()).isEmpty();
      assertThat(
              SourceServer.one(
                  connection,
                  "SELECT has_database_privilege(current_database(), 'CREATE')"
                      + " OR has_table_privilege('public.t', 'INSERT, UPDATE, DELETE, TRUNCATE')"))
          .isEqualTo("f");
    }
    run(admin, "UPDATE t SET id = 2", Publication.insertOnly(NAMES).add(T));
    assertThat(check(mirroring))
        .singleElement()
        .matches(finding -> finding.message().contains("\"public\".\"gone\""));
  }
}
