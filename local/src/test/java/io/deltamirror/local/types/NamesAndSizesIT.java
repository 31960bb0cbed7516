package io.deltamirror.local.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.faults.MirrorStack;
import io.deltamirror.local.faults.RestartablePostgres;
import io.deltamirror.local.faults.StackFolders;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names that readers trip over, more columns than they expect, values larger than can be held. */
@Timeout(300)
class NamesAndSizesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** As many as a heap tuple can have. */
  private static final int MOST_COLUMNS = 1600;

  /** Beside those of {@code HostileTablesIT}; each names a table and two of its columns. */
  private static final List<String> NAMES =
      List.of(
          "a b",
          " ",
          "dot.ted",
          "quo\"ted",
          "single'quoted",
          "back`tick",
          "UPPER",
          "Ünïcödé",
          "\u6ce8\u6587",
          "select",
          "table",
          "_metadata",
          "a,b;c{d}(e)\nf\tg=h",
          "\ud83d\ude00",
          "n".repeat(63));

  @TempDir private Path folder;

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Its last byte of 63 is for a digit. */
  private static String second(String name) {
    return quoted(name.length() > 60 ? name.substring(1) + "2" : name + "2");
  }

  private static void create(RestartablePostgres postgres) throws Exception {
    for (String name : NAMES) {
      String table = quoted(name);
      postgres.execute(
          String.format(
              Locale.ROOT,
              "CREATE TABLE names.%1$s (%1$s int PRIMARY KEY, %2$s text)",
              table,
              second(name)),
          "INSERT INTO names." + table + " SELECT i, 'v' || i FROM generate_series(1, 10) i");
    }
    String columns =
        IntStream.range(1, MOST_COLUMNS)
            .mapToObj(i -> "c" + i + (i % 3 == 0 ? " int" : i % 3 == 1 ? " boolean" : " date"))
            .collect(Collectors.joining(", "));
    postgres.execute(
        "CREATE TABLE sizes.wide (id smallint PRIMARY KEY, " + columns + ")",
        "INSERT INTO sizes.wide (id, c3, c1599) SELECT i, i, i FROM generate_series(1, 50) i",
        "CREATE TABLE names.by_case (id int PRIMARY KEY, a int, \"A\" text, \"B\" int, b text)",
        "INSERT INTO names.by_case SELECT i, i, 'A' || i, -i, 'b' || i FROM generate_series(1, 9) i",
        "CREATE TABLE sizes.huge (id int PRIMARY KEY, v text)",
        "CREATE TABLE sizes.huge_later (id int PRIMARY KEY, v text)",
        "INSERT INTO sizes.huge SELECT 1, repeat('0123456789', 10000000)",
        "INSERT INTO sizes.huge_later VALUES (1, 'small')",
        "CREATE TABLE sizes.large (id int PRIMARY KEY, v text, b bytea)",
        "INSERT INTO sizes.large SELECT 1, repeat('0123456789', 1600000), decode(repeat('00',"
            + " 8000000), 'hex')");
  }

  private static void change(RestartablePostgres postgres) throws Exception {
    for (String name : NAMES) {
      String table = "names." + quoted(name);
      postgres.execute(
          "UPDATE " + table + " SET " + second(name) + " = NULL WHERE " + quoted(name) + " % 2 = 0",
          "DELETE FROM " + table + " WHERE " + quoted(name) + " = 3",
          "INSERT INTO " + table + " VALUES (100, 'later')");
    }
    postgres.execute(
        "UPDATE sizes.wide SET c2 = '2026-01-01', c1000 = true WHERE id % 2 = 0",
        "INSERT INTO sizes.wide (id) VALUES (100)",
        "DELETE FROM sizes.wide WHERE id = 3",
        "UPDATE names.by_case SET \"A\" = 'x', a = a + 1, b = NULL WHERE id % 2 = 0",
        "DELETE FROM names.by_case WHERE \"B\" = -3",
        "INSERT INTO sizes.huge_later SELECT 2, repeat('0123456789', 10000000)",
        "UPDATE sizes.large SET id = 2",
        "INSERT INTO sizes.large SELECT 3, repeat('abcdefghij', 1600000), NULL");
  }

  private static TableState state(MirrorStack stack, String table) {
    return stack.state().tables().list(TableState.PREFIX).stream()
        .filter(state -> state.name().equals(new TableName("sizes", table)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void namesAndSizesOfAnyKindAreMirroredAndTheHugeOneFailsAlone() throws Exception {
    try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("postgresql"))) {
      postgres.execute("CREATE SCHEMA names", "CREATE SCHEMA sizes");
      create(postgres);
      try (MirrorStack stack = MirrorStack.start(StackFolders.in(folder), postgres.source())) {
        stack.awaitCaughtUp(PATIENCE);
        change(postgres);
        for (String table : List.of("huge", "huge_later")) {
          Awaitility.await(table + " has failed")
              .atMost(PATIENCE)
              .until(() -> state(stack, table).status() == TableStatus.FAILED);
          assertThat(state(stack, table).fault().orElseThrow().code())
              .isEqualTo(ErrorCode.VALUE_TOO_LARGE);
        }
        postgres.execute("DELETE FROM sizes.huge", "DELETE FROM sizes.huge_later WHERE id = 2");
        stack.control().reseed(MirrorStack.MIRROR, new TableName("sizes", "huge"));
        stack.control().reseed(MirrorStack.MIRROR, new TableName("sizes", "huge_later"));
        stack.awaitCaughtUp(PATIENCE);

        VerifyReport report = stack.verify();
        assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
        assertThat(report.tables()).hasSize(NAMES.size() + 5);
        assertThat(
                DeltaRows.read(StackFolders.in(folder).lake(), new TableName("names", "by_case"))
                    .schema()
                    .fieldNames())
            .containsExactly("id", "a", "A_3", "B", "b_5");
        assertThat(state(stack, "wide").seed()).isEqualTo(1);
      }
    }
  }

  /** PostgreSQL checks nothing there: whatever bytes it was given come out of it. */
  @Test
  void aTextThatIsNoUtf8FailsItsTableAloneInADatabaseWithoutEncoding() throws Exception {
    try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("postgresql"))) {
      postgres.execute(
          "CREATE DATABASE bare ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE"
              + " template0");
      Source server = postgres.source();
      Source source =
          new Source(
              server.host(), server.port(), "bare", server.user(), server.passwordVariable());
      List<String> failing = List.of("latin", "latin_later", "latin_label");
      SourceSession session = new SourceSession(source, unused -> Optional.empty());
      try (Connection bare = session.open()) {
        run(
            bare,
            "CREATE SCHEMA sizes",
            "CREATE TABLE sizes.whole (id int PRIMARY KEY, v text)",
            "CREATE TABLE sizes.latin (id int PRIMARY KEY, v text)",
            "CREATE TABLE sizes.latin_later (id int PRIMARY KEY, v text[])",
            "CREATE TYPE sizes.kind AS ENUM ('a')",
            "CREATE TABLE sizes.latin_label (id int PRIMARY KEY, v sizes.kind)",
            "CREATE TABLE sizes.latin_name (id int PRIMARY KEY, v text)",
            "INSERT INTO sizes.whole VALUES (1, 'caf\u00e9')",
            "INSERT INTO sizes.latin VALUES (1, convert_from('\\x636166e9', 'SQL_ASCII'))",
            "INSERT INTO sizes.latin_later VALUES (1, '{caf\u00e9}')");
        try (MirrorStack stack = MirrorStack.start(StackFolders.in(folder), source)) {
          stack.awaitCaughtUp(PATIENCE);
          run(
              bare,
              "INSERT INTO sizes.latin_later VALUES (2, array[convert_from('\\xe9',"
                  + " 'SQL_ASCII')])",
              alter("TYPE sizes.kind ADD VALUE %L"),
              "INSERT INTO sizes.latin_label SELECT 1, convert_from('\\xe9', 'SQL_ASCII')::sizes.kind",
              alter("TABLE sizes.latin_name RENAME v TO %I"),
              "INSERT INTO sizes.latin_name VALUES (1, 'x')",
              "INSERT INTO sizes.whole VALUES (2, '\u6ce8\u6587')");
          for (String table : failing) {
            Awaitility.await(table + " has failed")
                .atMost(PATIENCE)
                .until(() -> state(stack, table).status() == TableStatus.FAILED);
            assertThat(state(stack, table).fault().orElseThrow().code())
                .isEqualTo(ErrorCode.TEXT_NOT_UTF8);
          }
          Awaitility.await("a name fails its table")
              .atMost(PATIENCE)
              .until(() -> state(stack, "latin_name").status() == TableStatus.FAILED);
          assertThat(state(stack, "latin_name").fault().orElseThrow().code())
              .isEqualTo(ErrorCode.NOT_REGULAR_TABLE);
          stack.awaitCaughtUp(PATIENCE);
          assertThat(state(stack, "whole").status()).isEqualTo(TableStatus.REPLICATING);
          run(
              bare,
              alter("TABLE sizes.latin_name RENAME %I TO v"),
              "UPDATE sizes.latin SET v = 'caf\u00e9'",
              "UPDATE sizes.latin_label SET v = 'a'",
              "DELETE FROM sizes.latin_later WHERE id = 2");
          for (String table : failing) {
            stack.control().reseed(MirrorStack.MIRROR, new TableName("sizes", table));
          }
          Awaitility.await("a name that was mended needs nobody")
              .atMost(PATIENCE)
              .until(() -> state(stack, "latin_name").status() == TableStatus.REPLICATING);
          stack.awaitCaughtUp(PATIENCE);

          VerifyReport report = stack.verify();
          assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
          assertThat(report.tables()).hasSize(5);
          assertThat(
                  DeltaRows.read(StackFolders.in(folder).lake(), new TableName("sizes", "whole"))
                      .rows())
              .containsExactlyInAnyOrder(List.of(1, "caf\u00e9"), List.of(2, "\u6ce8\u6587"));
        }
      }
    }
  }

  private static String alter(String action) {
    return "DO $$ BEGIN EXECUTE format('ALTER "
        + action
        + "', convert_from('\\xe9', 'SQL_ASCII')); END $$";
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    for (String statement : statements) {
      SourceSession.execute(connection, statement);
    }
  }
}
