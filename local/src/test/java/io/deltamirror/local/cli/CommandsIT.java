package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.source.SourceSession;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people and scripts use them: what they print, and their exit codes. */
class CommandsIT {
  private static EmbeddedPostgres postgres;
  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"))) {
      SourceSession.execute(connection, sql);
    }
  }

  private static String source() {
    return "postgresql://postgres@localhost:" + postgres.getPort() + "/postgres";
  }

  private String lake() {
    return folder.resolve("lake").toString();
  }

  @Test
  void aDatabaseIsMirroredFollowedAndVerified() throws Exception {
    execute(
        "CREATE SCHEMA a; CREATE TABLE a.orders (id int PRIMARY KEY, note text, price numeric(8,2));"
            + " INSERT INTO a.orders SELECT i, 'n' || i, i FROM generate_series(1, 500) i;"
            + " CREATE UNLOGGED TABLE a.odd (id int PRIMARY KEY);"
            + " CREATE TABLE a.other (id int PRIMARY KEY)");
    String[] run = {
      "run",
      "--source",
      source(),
      "--lake",
      lake(),
      "--tables",
      "a.o*",
      "--name",
      "it",
      "--http-port",
      "0",
      "--state",
      folder.resolve("state").toString(),
      "--until-caught-up"
    };
    Commands first = Commands.run(run);
    assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
    assertThat(first.out()).contains("NOT_REGULAR_TABLE").contains("caught up; 1 tables");

    execute(
        "UPDATE a.orders SET price = price + 1 WHERE id % 2 = 0; DELETE FROM a.orders WHERE id = 7");
    assertThat(Commands.run(run).exitCode()).isZero();

    String[] verify = {"verify", "--source", source(), "--lake", lake(), "--name", "it"};
    Commands equal = Commands.run(verify);
    assertThat(equal.exitCode()).as(equal.out() + equal.err()).isZero();
    assertThat(equal.out()).contains("verified: 2 tables, 499 rows, 0 differences");

    execute("UPDATE a.orders SET note = 'changed while nobody looked' WHERE id IN (3, 4)");
    Commands different = Commands.run(verify);
    assertThat(different.exitCode()).as(different.out() + different.err()).isEqualTo(1);
    assertThat(different.out()).contains("a.orders: 2 differences").contains("note").contains("3");
    assertThat(different.out()).doesNotContain("nobody looked");

    Commands nothing =
        Commands.run("verify", "--source", source(), "--lake", lake(), "--tables", "a.none");
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.out()).contains("cannot tell: there is no table to compare");

    Commands status = Commands.run("status", "--lake", lake(), "--name", "it", "--json");
    assertThat(status.exitCode()).isZero();
    JsonNode json = Json.mapper().readTree(status.out());
    assertThat(json.path("status").asText()).isEqualTo("Stopped");
    assertThat(json.path("data")).hasSize(3);
  }

  private static Commands command(String command, String table, String url) {
    return Commands.run(command, table, "--url", url, "--name", "http");
  }

  private static JsonNode onlyTable(String url) throws IOException {
    Commands status = Commands.run("status", "--url", url, "--name", "http", "--json");
    assertThat(status.exitCode()).as(status.err()).isZero();
    return Json.mapper().readTree(status.out()).path("data").path(0);
  }

  /** One that has not failed is not resumed. */
  private static void tablesAreReseededAndResumedByName(String url) {
    Commands resume = command("resume", "b.t", url);
    assertThat(resume.exitCode()).as(resume.err()).isZero();
    assertThat(resume.out()).contains("b.t is to be resumed");
    Commands reseed = command("reseed", "b.t", url);
    assertThat(reseed.exitCode()).as(reseed.err()).isZero();
    assertThat(reseed.out()).contains("b.t is to be");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              JsonNode table = onlyTable(url);
              assertThat(table.path("details").path("seedReason").asText())
                  .isEqualTo("a reseed was asked for by hand");
              assertThat(table.path("status").asText()).isEqualTo("Replicating");
            });
    for (String each : List.of("resume", "reseed")) {
      Commands unknown = command(each, "b.none", url);
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.err()).contains("INVALID_ARGUMENT").contains("b.none");
    }
  }

  @Test
  void theStatusIsAskedOverHttpWhileItRuns() throws Exception {
    execute("CREATE SCHEMA b; CREATE TABLE b.t (id int PRIMARY KEY); INSERT INTO b.t VALUES (1)");
    MirrorProcess mirror =
        MirrorProcess.start(
            folder,
            "run",
            "--source",
            source(),
            "--lake",
            lake(),
            "--tables",
            "b.*",
            "--name",
            "http",
            "--http-port",
            "0");
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(mirror.output()).contains("Replicating"));
      String url = mirror.output().replaceAll("(?s).*(http://localhost:\\d+)/.*", "$1");
      Commands status = Commands.run("status", "--url", url, "--name", "http");
      assertThat(status.exitCode()).as(status.err()).isZero();
      assertThat(status.out()).contains("Running").contains("b.t").contains("Replicating");
      Commands unknown = Commands.run("status", "--url", url, "--name", "nobody");
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.err()).contains("MIRROR_NOT_FOUND");
      tablesAreReseededAndResumedByName(url);

      Commands second =
          Commands.run(
              "run",
              "--source",
              source(),
              "--lake",
              lake(),
              "--tables",
              "b.*",
              "--name",
              "http",
              "--http-port",
              "0");
      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.err()).contains("STATE_IN_USE");
    } finally {
      mirror.kill();
    }
  }

  @Test
  void whatCannotBeDoneSaysWhy() {
    Commands nowhere = Commands.run("status", "--lake", lake());
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("MIRROR_NOT_FOUND").contains("What to do");
    Commands wrong = Commands.run("run", "--source", source() + "_none", "--lake", lake());
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("SOURCE_DATABASE_MISSING");
    assertThat(Commands.run("run").exitCode()).isEqualTo(2);
  }

  @Test
  void theDemoProvesItself() {
    Commands demo =
        Commands.run(
            "demo",
            "--duration",
            "3s",
            "--rows",
            "3000",
            "--http-port",
            "0",
            "--dir",
            folder.toString());
    assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
    assertThat(demo.out()).contains("verified: 4 tables, ").contains(" rows, 0 differences");
  }
}
