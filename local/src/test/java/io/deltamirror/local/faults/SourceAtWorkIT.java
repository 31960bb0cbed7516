package io.deltamirror.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens on the source while a mirror is there: its writers, and its end. */
class SourceAtWorkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private RestartablePostgres postgres;
  private MirrorStack stack;

  @BeforeEach
  void start() throws Exception {
    postgres = RestartablePostgres.start(folder.resolve("postgresql"));
    postgres.execute(
        "CREATE TABLE old (id int PRIMARY KEY, note text)",
        "INSERT INTO old SELECT i, 'o' || i FROM generate_series(1, 100) i");
    stack = MirrorStack.start(StackFolders.in(folder), postgres.source());
    stack.awaitCaughtUp(PATIENCE);
  }

  @AfterEach
  void stop() throws Exception {
    try (RestartablePostgres server = postgres) {
      stack.close();
    }
  }

  private TableReport report(String table) {
    return stack.tableReports().stream()
        .filter(report -> report.sourceTableName().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private void assertEqual(long rows) throws InterruptedException {
    stack.awaitCaughtUp(PATIENCE);
    VerifyReport verified = stack.verify();
    assertThat(verified.outcome()).as(verified.json()).isEqualTo(Outcome.EQUAL);
    assertThat(verified.rows()).isEqualTo(rows);
  }

  /** Neither a snapshot taken at once nor the stream would have what it wrote before the ALTER. */
  @Test
  void aWriterWhoseTransactionIsOpenWhileItsTableIsPublishedLosesNoRow() throws Exception {
    stack.stopWorker(); // so that the table is not published before the writer is there
    postgres.execute(
        "CREATE SCHEMA late",
        "CREATE TABLE late.added (id int PRIMARY KEY, note text)",
        "INSERT INTO late.added SELECT i, 'a' || i FROM generate_series(1, 50) i");
    try (Connection writer = postgres.connect()) {
      writer.setAutoCommit(false);
      SourceSession.execute(writer, "INSERT INTO late.added VALUES (1000, 'before')");
      SourceSession.execute(writer, "INSERT INTO old VALUES (1000, 'before')");
      stack.startWorker();
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  postgres
                      .one("SELECT count(*) FROM pg_publication_tables WHERE tablename = 'added'")
                      .equals("1"));
      SourceSession.execute(writer, "INSERT INTO late.added VALUES (1001, 'during')");
      SourceSession.execute(writer, "UPDATE late.added SET note = 'changed' WHERE id = 7");
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  stack.tableReports().stream()
                      .anyMatch(
                          table ->
                              table.sourceTableName().equals("added")
                                  && table.status() == TableStatus.SNAPSHOTTING));
      assertThat(report("added").details().rows()).as("nothing is shown before its time").isZero();
      assertThat(report("old").status()).isEqualTo(TableStatus.REPLICATING);

      postgres.execute("INSERT INTO late.added VALUES (1002, 'by another, meanwhile')");
      SourceSession.execute(writer, "DELETE FROM late.added WHERE id = 8");
      writer.commit();
    }
    assertEqual(101 + 52);
    assertThat(report("added").status()).isEqualTo(TableStatus.REPLICATING);
  }

  /** A WAL sender waits at the end until its last WAL is confirmed, which only a reader can do. */
  @Test
  void aMirrorDoesNotKeepItsSourceFromShuttingDown() throws Exception {
    postgres.restart();
    postgres.execute("INSERT INTO old SELECT i, 'n' || i FROM generate_series(201, 300) i");
    assertEqual(200);
  }
}
