package io.deltamirror.local.faults.soak;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.local.faults.RestartablePostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One session of the load: transactions until it is told to stop, over new connections if need be.
 */
final class SoakSession implements Callable<Long> {
  private static final int LONGEST_PAUSE_MILLIS = 60;

  private final RestartablePostgres postgres;
  private final SoakStatements statements;
  private final SplittableRandom pauses;
  private final CountDownLatch stop;
  private long committed;

  SoakSession(
      RestartablePostgres postgres, SplittableRandom random, int session, CountDownLatch stop) {
    this.postgres = postgres;
    this.statements = new SoakStatements(random.split(), session);
    this.pauses = random.split();
    this.stop = stop;
  }

  /** How many transactions were committed. */
  @Override
  public Long call() throws InterruptedException {
    while (stop.getCount() > 0) {
      try (Connection connection = postgres.connect()) {
        connection.setAutoCommit(false);
        while (!stop.await(pauses.nextInt(LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS)) {
          transact(connection, statements.next());
        }
      } catch (SQLException e) {
        // The server is away; what was not committed is not missed.
        stop.await(200, TimeUnit.MILLISECONDS);
      }
    }
    return committed;
  }

  /** A statement that fails, such as one of two deadlocked ones, takes its transaction with it. */
  private void transact(Connection connection, List<String> transaction) throws SQLException {
    try {
      for (String statement : transaction) {
        SourceSession.execute(connection, statement);
      }
      connection.commit();
      committed++;
    } catch (SQLException e) {
      if (!connection.isValid(1)) {
        throw e;
      }
      connection.rollback();
    }
  }
}
