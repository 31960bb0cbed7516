package io.deltamirror.worker.seed;

import static io.deltamirror.worker.seed.SourceServer.one;
import static io.deltamirror.worker.seed.SourceServer.open;
import static io.deltamirror.worker.seed.SourceServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.SourceIdentity;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot that is made while others work. */
class SlotStartIT {
  private SourceServer server;
  private SourceSession source;
  private SeedingBench bench;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    server = new SourceServer();
    source = server.database("shop");
    run(source, "CREATE TABLE t (id int PRIMARY KEY)");
    bench = new SeedingBench(source, folder);
    run(source, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  }

  @AfterEach
  void stop() throws Exception {
    bench.close();
    server.close();
  }

  /**
   * PostgreSQL forgets what was committed while it built the slot's snapshot in the view of those
   * that had begun when it was all but done.
   */
  @Test
  void transactionsThatRanWhileTheSlotWasMadeAreNotDecoded() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection first = begun();
        Connection second = begun();
        Connection third = begun()) {
      SourceSession.execute(first, "INSERT INTO t VALUES (1001)");
      Future<SourceIdentity> next = thread.submit(() -> bench.establish());
      awaitWaitFor(first);
      SourceSession.execute(second, "INSERT INTO t VALUES (1002)");
      run(source, "CREATE TABLE young (id int PRIMARY KEY)");
      first.commit();
      awaitWaitFor(second);
      SourceSession.execute(third, "INSERT INTO young VALUES (1)");
      second.commit();
      await()
          .until(
              () -> one(source, "SELECT count(confirmed_flush_lsn) FROM pg_replication_slots"),
              "1"::equals);
      third.commit();
      assertThat(next.get().generation()).isPositive();
    } finally {
      thread.shutdownNow();
    }
    run(source, "INSERT INTO young VALUES (2)");
    SourceNames names = SourceNames.of(bench.mirror.mirror());
    assertThat(
            one(
                source,
                "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('"
                    + names.slot()
                    + "', NULL, NULL, 'proto_version', '1', 'publication_names', '"
                    + names.full()
                    + "')"))
        .isNotNull();
    assertThat(bench.establish().generation())
        .isEqualTo(bench.mirror.identity().orElseThrow().generation());
  }

  private Connection begun() throws SQLException {
    Connection connection = open(source);
    connection.setAutoCommit(false);
    return connection;
  }

  /** Until making the slot waits for a transaction. */
  private void awaitWaitFor(Connection transaction) throws SQLException {
    String xid = one(transaction, "SELECT pg_current_xact_id()::text");
    await()
        .until(
            () ->
                one(
                    source,
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid::text = '"
                        + xid
                        + "'"),
            "1"::equals);
  }
}
