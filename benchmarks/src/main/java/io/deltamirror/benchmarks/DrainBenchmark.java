package io.deltamirror.benchmarks;

import io.deltamirror.core.source.SourceNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/**
 * A backlog of changes, from the WAL to committed Delta: many small transactions like pgbench's and
 * one large one. The limit is the same stream of pgoutput, read and thrown away.
 */
final class DrainBenchmark {
  private static final int ACCOUNTS = 100_000;
  private static final String LIMIT_SLOT = "throw_away";

  /**
   * Long enough for the server to fill the socket: a reader that wakes for each message slows it.
   */
  private static final long PAUSE_NANOS = 1_000_000;

  private final Bench bench;
  private final int transactions;
  private final int large;

  DrainBenchmark(Bench bench, int transactions, int large) {
    this.bench = bench;
    this.transactions = transactions;
    this.large = large;
  }

  void run() throws SQLException, IOException, InterruptedException {
    bench.execute(
        "CREATE TABLE accounts (aid integer PRIMARY KEY, bid integer, abalance integer,"
            + " filler char(84))",
        "CREATE TABLE history (id bigserial PRIMARY KEY, tid integer, bid integer, aid integer,"
            + " delta integer, mtime timestamp, filler char(22))",
        "CREATE TABLE bulk (id integer PRIMARY KEY, payload text)",
        "INSERT INTO accounts SELECT i, 1, 0, '' FROM generate_series(1, " + ACCOUNTS + ") i");
    bench.secondsToCatchUp();
    bench.execute("SELECT pg_create_logical_replication_slot('" + LIMIT_SLOT + "', 'pgoutput')");
    makeBacklog();
    double changes = 2.0 * transactions + large;
    // The better of two: the first one finds the WAL and the catalog's caches cold.
    double limit = changes / Math.min(secondsToThrowAway(), secondsToThrowAway());
    bench.execute("SELECT pg_drop_replication_slot('" + LIMIT_SLOT + "')");
    double drain = changes / bench.secondsToCatchUp();
    Bench.print(
        String.format(Locale.ROOT, "drain of %,.0f changes", changes),
        "changes/s",
        drain,
        "pgoutput stream thrown away",
        limit);
  }

  private void makeBacklog() throws SQLException {
    bench.execute(
        "SET synchronous_commit = off",
        "DO $$ BEGIN FOR i IN 1.."
            + transactions
            + " LOOP UPDATE accounts SET abalance = abalance + i % 100"
            + " WHERE aid = 1 + (i * 7919::bigint) % "
            + ACCOUNTS
            + "; INSERT INTO history (tid, bid, aid, delta, mtime, filler)"
            + " VALUES (1, 1, i % "
            + ACCOUNTS
            + ", i % 100, localtimestamp, ''); COMMIT; END LOOP; END $$",
        "INSERT INTO bulk SELECT i, 'payload ' || i FROM generate_series(1, " + large + ") i");
  }

  private double secondsToThrowAway() throws SQLException {
    SourceNames names = SourceNames.of(Bench.MIRROR);
    try (Connection connection = bench.source().openReplication()) {
      long start = System.nanoTime();
      try (PGReplicationStream stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(LIMIT_SLOT)
              .withSlotOption("proto_version", "1")
              .withAutomaticFlush(false)
              .withSlotOption("publication_names", names.full() + "," + names.insertOnly())
              .start()) {
        long seen = 0;
        long wanted = 2L * transactions + large;
        while (seen < wanted) {
          ByteBuffer message = stream.readPending();
          if (message == null) {
            LockSupport.parkNanos(PAUSE_NANOS);
            continue;
          }
          byte kind = message.get(message.position());
          seen += kind == 'I' || kind == 'U' || kind == 'D' ? 1 : 0;
        }
        // Before the stream is closed, which takes its time.
        return (System.nanoTime() - start) / 1e9;
      }
    }
  }
}
