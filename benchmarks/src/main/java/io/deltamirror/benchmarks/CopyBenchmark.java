package io.deltamirror.benchmarks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** The initial copy of pgbench_accounts, from nothing to committed and live. */
final class CopyBenchmark {
  private final Bench bench;
  private final long rows;

  CopyBenchmark(Bench bench, long rows) {
    this.bench = bench;
    this.rows = rows;
  }

  void run() throws SQLException, IOException, InterruptedException {
    bench.execute(
        "CREATE TABLE pgbench_accounts (aid bigint PRIMARY KEY, bid integer, abalance integer,"
            + " filler char(84))",
        "INSERT INTO pgbench_accounts SELECT i, i / 100000, 0, '' FROM generate_series(1, "
            + rows
            + ") i",
        "VACUUM ANALYZE pgbench_accounts");
    double limit = rows / secondsToThrowAway();
    double copy = rows / bench.secondsToCatchUp();
    Bench.print(
        "initial copy of " + rows + " rows", "rows/s", copy, "COPY TO STDOUT thrown away", limit);
  }

  private double secondsToThrowAway() throws SQLException {
    try (Connection connection = bench.source().open()) {
      long start = System.nanoTime();
      CopyOut copy =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("COPY public.pgbench_accounts TO STDOUT");
      long bytes = 0;
      for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
        bytes += row.length;
      }
      if (bytes == 0) {
        throw new IllegalStateException("nothing was copied");
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
