package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names and values that PostgreSQL allows and others trip over, mirrored from end to end. */
@Timeout(300)
class HostileTablesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final List<String> NAMES =
      List.of(
          "../../x",
          ".",
          "..",
          "_delta_log",
          "_x002E_",
          "con",
          "a%2Fb",
          "Orders",
          "orders",
          "a\nb\u001b[2J\u001b]0;owned\u0007",
          "'; DROP TABLE \"x\"; --",
          ".".repeat(63),
          "\u6ce8".repeat(21),
          "\u202e\u200b");

  private static final List<String> VALUES =
      List.of(
          "E'a\\u0001\\u001b[2J\\n\\r\\t\\u007f\\u009b\\ufeff\\u202e'",
          "'\\N'",
          "E'\\\\\\\\.'",
          "'NULL'",
          "''",
          "repeat('x', 200000)",
          "U&'\\+01F600\\FFFD\\FFFE\\0301'",
          "'=cmd|''/c calc''!A1'");

  @TempDir private Path folder;

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String row(int i) {
    return "(" + VALUES.get(i % VALUES.size()) + " || 'k" + i + "', " + VALUES.get(i % 8) + ")";
  }

  private static void fill(RestartablePostgres postgres) throws SQLException {
    for (String schema : List.of("public", "_delta_log", "../..")) {
      postgres.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(schema));
    }
    for (String name : NAMES) {
      postgres.execute(
          "CREATE TABLE public."
              + quoted(name)
              + " (id int PRIMARY KEY, "
              + quoted(name)
              + " text)",
          "INSERT INTO public." + quoted(name) + " SELECT i, 'n' FROM generate_series(1, 20) i");
    }
    postgres.execute(
        "CREATE TABLE \"_delta_log\".\"_delta_log\" (id int PRIMARY KEY, note text)",
        "CREATE TABLE \"../..\".\"../../../x\" (id int PRIMARY KEY, note text)",
        "CREATE TABLE public.vals (k text PRIMARY KEY, v text)");
    for (int i = 0; i < VALUES.size(); i++) {
      postgres.execute("INSERT INTO public.vals VALUES " + row(i));
    }
  }

  private static void change(RestartablePostgres postgres) throws SQLException {
    for (String name : NAMES) {
      String table = "public." + quoted(name);
      postgres.execute(
          "UPDATE " + table + " SET " + quoted(name) + " = E'\\u001b[31m' || id WHERE id % 2 = 0",
          "DELETE FROM " + table + " WHERE id = 3",
          "INSERT INTO " + table + " VALUES (100, 'later')");
    }
    postgres.execute(
        "INSERT INTO \"../..\".\"../../../x\" VALUES (1, 'x')",
        "INSERT INTO \"_delta_log\".\"_delta_log\" VALUES (1, 'x')",
        "UPDATE public.vals SET v = v || 'z'",
        "UPDATE public.vals SET k = k || 'moved' WHERE length(k) > 1000");
    for (int i = VALUES.size(); i < 2 * VALUES.size(); i++) {
      postgres.execute("INSERT INTO public.vals VALUES " + row(i));
    }
  }

  private Set<String> topFolders() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("lake"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.resolve("lake").relativize(file))
          .map(file -> file.getName(0) + "/" + file.getName(1))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void hostileNamesAndValuesAreMirroredAndStayInTheirPlace() throws Exception {
    try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("postgresql"))) {
      fill(postgres);
      try (MirrorStack stack = MirrorStack.start(StackFolders.in(folder), postgres.source())) {
        stack.awaitCaughtUp(PATIENCE);
        change(postgres);
        stack.awaitCaughtUp(PATIENCE);

        VerifyReport report = stack.verify();
        assertThat(report.outcome()).as(report.json()).isEqualTo(Outcome.EQUAL);
        assertThat(report.tables()).hasSize(NAMES.size() + 3);
        assertThat(stack.tableReports())
            .extracting(TableReport::status)
            .containsOnly(TableStatus.REPLICATING);
        assertThat(topFolders())
            .contains(
                "Tables/public",
                "Tables/_x005F_delta_x005F_log",
                "Tables/_x002E__x002E__x002F__x002E__x002E_")
            .allMatch(path -> path.startsWith("Tables/") || path.equals("Files/_delta-mirror"))
            .hasSizeBetween(3, 4);
        Commands status =
            Commands.run(
                "status",
                "--lake",
                folder.resolve("lake").toString(),
                "--state",
                folder.resolve("state").toString(),
                "--name",
                MirrorStack.MIRROR);
        assertThat(status.exitCode()).as(status.err()).isZero();
        assertThat(status.out()).contains("a\\u000ab\\u001b[2J").doesNotContain("\u001b", "\u202e");
        assertThat(status.out().lines()).hasSize(NAMES.size() + 3 + 2);
      }
    }
  }
}
