package io.deltamirror.local.processes;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes to a {@link ShopSource} until it is closed: small transactions many times a second, and
 * now and then a large one, a large value, a change of shape and a new table.
 */
final class Traffic implements AutoCloseable {
  private static final int ACCOUNTS = 2_500;
  private static final int DOCUMENTS = 3;

  private final ShopSource shop;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<Void>> running = new ArrayList<>();
  private final AtomicLong transactions = new AtomicLong();

  /** What a thread does again and again. */
  private interface Doing {
    void once(Connection connection, SplittableRandom random) throws SQLException;
  }

  /**
   * Begins.
   *
   * @param seed of the random numbers
   */
  Traffic(ShopSource shop, long seed) {
    this.shop = shop;
    SplittableRandom seeds = new SplittableRandom(seed);
    repeat(50, seeds.split(), this::transaction);
    repeat(
        8_000,
        seeds.split(),
        (connection, random) -> shop.largeDocument(connection, random.nextInt(DOCUMENTS)));
    repeat(1_500, seeds.split(), (connection, random) -> shop.changeShape(connection));
    repeat(4_000, seeds.split(), (connection, random) -> shop.addTable(connection));
  }

  private void repeat(long everyMillis, SplittableRandom random, Doing doing) {
    running.add(
        threads.submit(
            () -> {
              try (Connection connection = shop.connect()) {
                while (!stop.await(everyMillis, TimeUnit.MILLISECONDS)) {
                  doing.once(connection, random);
                  transactions.incrementAndGet();
                }
                return null;
              }
            }));
  }

  /** In one thread, as transactions that lock the same rows in another order would deadlock. */
  private void transaction(Connection connection, SplittableRandom random) throws SQLException {
    if (random.nextInt(60) == 0) {
      shop.largeTransaction(connection);
    } else {
      smallTransaction(connection, random);
    }
  }

  private static void smallTransaction(Connection connection, SplittableRandom random)
      throws SQLException {
    int id = 1 + random.nextInt(ACCOUNTS);
    int other = 1 + random.nextInt(ACCOUNTS);
    int amount = random.nextInt(-500, 500);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO accounts VALUES (%1$d, %3$d, 'opened')
            ON CONFLICT (id) DO UPDATE SET balance = accounts.balance + excluded.balance;
          UPDATE accounts SET balance = balance - %3$d WHERE id = %2$d;
          DELETE FROM accounts WHERE id = %4$d;
          INSERT INTO orders (account, total, placed) VALUES (%1$d, %3$d / 3.0, now())
          """
              .formatted(id, other, amount, 1 + random.nextInt(ACCOUNTS)));
      if (random.nextInt(10) == 0) {
        connection.rollback();
      } else {
        connection.commit();
      }
    } finally {
      connection.setAutoCommit(true);
    }
  }

  long transactions() {
    return transactions.get();
  }

  /**
   * Ends; nothing writes any more when this returns.
   *
   * @throws IllegalStateException when the source refused something: a mirror must never be the
   *     cause of that
   */
  @Override
  public void close() {
    stop.countDown();
    try {
      for (Future<Void> thread : running) {
        thread.get(1, TimeUnit.MINUTES);
      }
    } catch (ExecutionException | InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the source's own traffic failed", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
