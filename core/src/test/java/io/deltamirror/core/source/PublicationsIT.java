package io.deltamirror.core.source;

import static io.deltamirror.core.source.SourceServer.one;
import static io.deltamirror.core.source.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Publications.Membership;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class PublicationsIT {
  private static final SourceNames NAMES = SourceNames.of("shop");
  private static SourceServer server;

  private String database;
  private SourceSession admin;
  private Connection connection;
  private Publications publications;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer("logical");
    run(server.session("postgres", "postgres"), "CREATE ROLE mirror LOGIN REPLICATION");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void openDatabase(TestInfo test) throws SQLException {
    database = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    admin = server.database(database);
    connection = admin.open();
    publications = new Publications(connection, NAMES);
  }

  @AfterEach
  void closeDatabase() throws SQLException {
    connection.close();
  }

  private TableSchema table(String name) throws SQLException {
    return new Catalog(connection)
        .tables().stream()
            .map(Catalog.SourceTable::schema)
            .filter(schema -> schema.name().name().equals(name))
            .findFirst()
            .orElseThrow();
  }

  private Membership member(TableSchema table) throws SQLException {
    return publications.members().get(table.oid());
  }

  private String options(String publication) throws SQLException {
    return one(
        connection,
        "SELECT concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,"
            + " pubviaroot) FROM pg_publication WHERE pubname = '"
            + publication
            + "'");
  }

  @Test
  void bothAreMadeEmptyAndOnce() throws Exception {
    assertThat(publications.ensure()).isTrue();
    assertThat(publications.ensure()).isFalse();
    assertThat(options(NAMES.full())).isEqualTo("f t t t t t");
    assertThat(options(NAMES.insertOnly())).isEqualTo("f t f f t t");
    assertThat(publications.members()).isEmpty();
  }

  @Test
  void otherOptionsAreCorrected() throws Exception {
    run(admin, "CREATE PUBLICATION " + NAMES.full() + " WITH (publish = 'insert')");
    assertThat(publications.ensure()).isTrue();
    assertThat(options(NAMES.full())).isEqualTo("f t t t t t");
  }

  @Test
  void aPublicationForAllTablesIsRefused() throws Exception {
    run(admin, "CREATE PUBLICATION " + NAMES.full() + " FOR ALL TABLES");
    assertThatThrownBy(publications::ensure)
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_PUBLICATION))
        .hasMessageContaining("DROP PUBLICATION");
  }

  @Test
  void aTableJoinsAndLeavesOnce() throws Exception {
    run(
        admin,
        "CREATE SCHEMA \"Odd \"\"one\"",
        "CREATE TABLE \"Odd \"\"one\".\"T.x\" (id int PRIMARY KEY)");
    publications.ensure();
    TableSchema table = table("T.x");
    assertThat(publications.add(table, null)).isTrue();
    assertThat(member(table)).isEqualTo(new Membership(true, false, true));
    assertThat(publications.add(table, member(table))).isFalse();
    // As if another had done it since the members were read.
    assertThat(publications.add(table, null)).isTrue();
    assertThat(publications.remove(table.name(), member(table))).isTrue();
    assertThat(publications.members()).isEmpty();
    assertThat(publications.remove(table.name(), null)).isFalse();
  }

  @Test
  void updatesOfATableWithoutIdentityAreNotPublishedAndStillWork() throws Exception {
    run(admin, "CREATE TABLE nokey (a int)", "INSERT INTO nokey VALUES (1)");
    publications.ensure();
    TableSchema table = table("nokey");
    publications.add(table, null);
    assertThat(member(table)).isEqualTo(new Membership(false, true, true));
    run(admin, "UPDATE nokey SET a = 2");
    assertThat(one(connection, "SELECT a FROM public.nokey")).isEqualTo("2");
  }

  @Test
  void aTableMovesToThePublicationThatFits() throws Exception {
    run(admin, "CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    publications.ensure();
    publications.add(table("t"), null);
    run(admin, "ALTER TABLE t DROP CONSTRAINT t_pkey");
    TableSchema keyless = table("t");
    assertThat(publications.add(keyless, member(keyless))).isTrue();
    assertThat(member(keyless)).isEqualTo(new Membership(false, true, true));
    run(admin, "UPDATE t SET a = 2");
  }

  @Test
  void storedGeneratedColumnsArePublishedAlsoByAPublicationThatWasMadeBefore() throws Exception {
    run(admin, Publication.full(NAMES).create(), Publication.insertOnly(NAMES).create());
    assertThat(publications.ensure()).isFalse();
    assertThat(one(connection, "SELECT string_agg(pubgencols, '') FROM pg_publication"))
        .isEqualTo("ss");
    run(
        admin,
        "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a * 2) STORED)",
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "INSERT INTO t VALUES (1)");
    publications.add(table("t"), null);
    run(admin, "UPDATE t SET a = 2");
  }

  @Test
  void aPartitionedTableIsPublishedWithPartitionsAndWithoutThemByThemselves() throws Exception {
    run(
        admin,
        "CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a)",
        "CREATE TABLE t1 (a int PRIMARY KEY)",
        "CREATE TABLE t2 PARTITION OF t DEFAULT");
    publications.ensure();
    publications.add(table("t1"), null);
    publications.add(table("t"), null);
    run(admin, "ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (9)");
    assertThat(publications.members()).hasSize(2);
    publications.dropPartitions();
    assertThat(publications.members()).containsOnlyKeys(table("t").oid());
    assertThat(
            one(
                connection,
                "SELECT string_agg(tablename, ',') FROM pg_publication_tables WHERE pubname = '"
                    + NAMES.full()
                    + "'"))
        .isEqualTo("t");
    run(admin, "INSERT INTO t VALUES (1), (10)", "UPDATE t SET a = a + 1", "DELETE FROM t");
    run(admin, "ALTER TABLE t2 REPLICA IDENTITY NOTHING");
    TableSchema without = table("t");
    assertThat(publications.add(without, member(without))).isTrue();
    assertThat(member(without)).isEqualTo(new Membership(false, true, true));
    run(admin, "INSERT INTO t VALUES (1), (10)", "UPDATE t SET a = a + 1", "DELETE FROM t");
    run(admin, "ALTER TABLE t2 REPLICA IDENTITY DEFAULT");
    assertThat(publications.add(table("t"), member(without))).isTrue();
    assertThat(publications.remove(without.name(), member(without))).isTrue();
    assertThat(publications.members()).isEmpty();
  }

  @Test
  void aRowFilterIsTakenAway() throws Exception {
    run(
        admin,
        "CREATE TABLE t (a int PRIMARY KEY)",
        Publication.full(NAMES).create(),
        "ALTER PUBLICATION " + NAMES.full() + " ADD TABLE t WHERE (a > 5)");
    TableSchema table = table("t");
    assertThat(member(table).fits(table)).isFalse();
    assertThat(publications.add(table, member(table))).isTrue();
    assertThat(member(table).fits(table)).isTrue();
  }

  @Test
  void whoDoesNotOwnTheTableIsToldTheStatementForTheOwner() throws Exception {
    run(
        admin,
        "CREATE TABLE t (a int PRIMARY KEY)",
        "GRANT CREATE ON DATABASE " + database + " TO mirror");
    TableSchema table = table("t");
    String statement = Publication.full(NAMES).add(table.name());
    try (Connection limited = server.session(database, "mirror").open()) {
      Publications own = new Publications(limited, NAMES);
      assertThat(own.ensure()).isTrue();
      assertThatThrownBy(() -> own.add(table, null))
          .isInstanceOfSatisfying(
              MirrorException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_PUBLICATION))
          .hasMessageContaining(statement);
      run(admin, statement);
      assertThat(own.add(table, own.members().get(table.oid()))).isFalse();
    }
  }

  @Test
  void aLockedTableIsGivenUpSoonAndCanBeTriedAgain() throws Exception {
    run(admin, "CREATE TABLE t (a int PRIMARY KEY)");
    publications.ensure();
    TableSchema table = table("t");
    try (Connection other = admin.open()) {
      other.setAutoCommit(false);
      SourceSession.execute(other, "LOCK TABLE public.t IN SHARE MODE");
      assertThatThrownBy(() -> publications.add(table, null))
          .isInstanceOfSatisfying(
              MirrorException.class, e -> assertThat(e.code().retriable()).isTrue())
          .hasMessageContaining("lock timeout");
      other.rollback();
    }
    assertThat(publications.add(table, null)).isTrue();
    assertThat(one(connection, "SHOW lock_timeout")).isEqualTo("0");
  }
}
