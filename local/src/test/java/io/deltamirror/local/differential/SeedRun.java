package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.TableState;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/**
 * One seed's tables and statements against a mirrored source, in a schema of its own, which it
 * drops when all was equal.
 */
final class SeedRun implements Callable<String> {
  private static final int SESSIONS = 3;
  private static final int TRANSACTIONS = 40;

  /** Transactions of a session during which there is no worker. */
  private static final int AWAY = 6;

  /** Rows of a COPY: its head and its lines are what the query behind it tells. */
  private static final String COPY = "COPY FROM ";

  /**
   * What only the comparison of catalogs tells, such as a partition that was detached: a source
   * that is slow is looked at once a minute.
   */
  private static final Duration SETTLED = Duration.ofMinutes(3);

  private final SharedMirror mirror;
  private final long seed;
  private final AtomicInteger committed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  SeedRun(SharedMirror mirror, long seed) {
    this.mirror = mirror;
    this.seed = seed;
  }

  /** One line of what it came to. */
  @Override
  public String call() throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    MirroredSchema schema = mirror.schema("seed_" + seed);
    mirror.postgres().execute("CREATE SCHEMA " + schema.second());
    Path file = Path.of("target", "differential", "seed-" + seed + ".sql");
    try (StatementLog log = new StatementLog(file)) {
      try {
        return run(schema, random, log);
      } catch (Exception | AssertionError e) {
        try (PrintWriter trace =
            new PrintWriter(
                Files.newBufferedWriter(file.resolveSibling("seed-" + seed + ".txt")))) {
          e.printStackTrace(trace);
        }
        throw new AssertionError(
            "seed " + seed + " with the statements in " + log.file() + ": " + e.getMessage(), e);
      }
    }
  }

  private String run(MirroredSchema schema, SplittableRandom random, StatementLog log)
      throws Exception {
    Instant begin = Instant.now();
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : new GeneratedTables(random.split(), mirror.version()).all()) {
        execute(statement, sql, "setup", log);
      }
    }
    if (random.nextInt(3) > 0) {
      // Otherwise all of it comes while the tables join and are copied.
      schema.awaitMirrored();
    }
    sessions(schema, random, log);
    assertThat(committed.get()).as("transactions that PostgreSQL took").isPositive();
    // What it inserts only differs as it may; with an identity it is copied anew.
    schema.run("ALTER TABLE r0 REPLICA IDENTITY DEFAULT");
    VerifyReport report = settled(schema);
    int seeds = schema.states().stream().mapToInt(TableState::seed).sum();
    schema.run("DROP SCHEMA " + schema.name() + ", " + schema.second() + " CASCADE");
    return String.format(
        Locale.ROOT,
        "%d transactions, %d %% refused, %d tables, %d rows, %d seeds, %d differences, %.1f s",
        committed.get(),
        100 * refused.get() / (committed.get() + refused.get()),
        report.tables().size(),
        report.rows(),
        seeds,
        report.differences(),
        Duration.between(begin, Instant.now()).toMillis() / 1000.0);
  }

  private void sessions(MirroredSchema schema, SplittableRandom random, StatementLog log)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
    try {
      List<Future<?>> sessions = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        String name = "s" + seed + "_" + i;
        GeneratedStatements statements =
            new GeneratedStatements(random.split(), mirror.version(), name);
        int leaves = i == 0 && seed % 3 == 0 ? random.nextInt(TRANSACTIONS) : TRANSACTIONS;
        sessions.add(threads.submit(() -> session(schema, statements, leaves, name, log)));
      }
      for (Future<?> session : sessions) {
        session.get(5, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * @param leaves number of the transaction before which the worker ends; it is back some later
   */
  private Void session(
      MirroredSchema schema,
      GeneratedStatements statements,
      int leaves,
      String name,
      StatementLog log)
      throws Exception {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '2s'");
      for (int i = 0; i < TRANSACTIONS; i++) {
        if (i == leaves) {
          log.add(name, "SELECT 'the worker ends'", "");
          mirror.leaveWorker();
        }
        transact(connection, statement, statements.next(), name, log);
        if (i == Math.min(leaves + AWAY, TRANSACTIONS - 1)) {
          mirror.returnWorker();
          log.add(name, "SELECT 'a worker starts'", "");
        }
      }
    }
    return null;
  }

  private void transact(
      Connection connection, Statement statement, List<String> sqls, String name, StatementLog log)
      throws SQLException {
    boolean block = sqls.size() > 1;
    try {
      if (block) {
        execute(statement, "BEGIN", name, log);
      }
      for (String sql : sqls) {
        execute(statement, sql, name, log);
      }
      if (block) {
        execute(statement, "COMMIT", name, log);
      }
      committed.incrementAndGet();
    } catch (SQLException e) {
      assertThat(e.getMessage())
          .as("the mirror must not make the source fail")
          .doesNotMatch("(?s).*table \"(?!r0)\\w+\" because it does not have a replica id.*");
      assertThat(connection.isValid(5)).as("%s", e.getMessage()).isTrue();
      refused.incrementAndGet();
      execute(statement, "ROLLBACK", name, log);
      for (String sql : sqls) {
        // One that could be prepared but not ended would hold its locks for ever.
        if (sql.startsWith("PREPARE TRANSACTION")) {
          endPrepared(statement, sql.substring(sql.indexOf('\'')), name, log);
        }
      }
    }
  }

  private static void endPrepared(
      Statement statement, String transaction, String name, StatementLog log) {
    try {
      execute(statement, "ROLLBACK PREPARED " + transaction, name, log);
    } catch (SQLException e) {
      log.add(name, "SELECT 'nothing was prepared'", "");
    }
  }

  private static void execute(Statement statement, String sql, String name, StatementLog log)
      throws SQLException {
    try {
      if (sql.startsWith(COPY)) {
        copy(statement, sql.substring(COPY.length()));
        log.add(name, "-- " + sql, "done");
        return;
      }
      log.add(name, sql, outcome(statement, sql));
    } catch (SQLException e) {
      log.add(name, sql, e.getMessage());
      throw e;
    }
  }

  /** What a statement that found out what to do has done. */
  private static String outcome(Statement statement, String sql) throws SQLException {
    if (!statement.execute(sql)) {
      return "done";
    }
    try (ResultSet row = statement.getResultSet()) {
      return row.next() ? "done: " + row.getString(1) : "done";
    }
  }

  private static void copy(Statement statement, String query) throws SQLException {
    String head;
    String lines;
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      head = row.getString(1);
      lines = row.getString(2);
    }
    if (lines == null) {
      throw new SQLException("there is no such table any more");
    }
    try {
      statement
          .getConnection()
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(head, new StringReader(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static VerifyReport settled(MirroredSchema schema) throws InterruptedException {
    Instant end = Instant.now().plus(SETTLED);
    while (true) {
      schema.awaitMirrored();
      VerifyReport report = schema.verify();
      if (report.outcome() == Outcome.EQUAL && report.insertOnly() == 0) {
        return report;
      }
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(report.json() + "; " + schema.states());
      }
    }
  }
}
