package io.deltamirror.local.demo;

import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Live traffic on the sample shop until it is closed: orders are placed (four tables in one
 * transaction), change, are deleted with their items or rolled back; customers change; items change
 * their key.
 */
final class Traffic implements AutoCloseable {
  private static final int CLIENTS = 2;
  private static final long PAUSE_MILLIS = 2;

  private final SourceSession source;
  private final SampleShop shop;
  private final AtomicLong nextOrder;
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean stopped;

  private Traffic(SourceSession source, SampleShop shop) {
    this.source = source;
    this.shop = shop;
    this.nextOrder = new AtomicLong(shop.orders() + 1);
  }

  static Traffic start(SourceSession source, SampleShop shop) {
    Traffic traffic = new Traffic(source, shop);
    for (int i = 0; i < CLIENTS; i++) {
      int client = i;
      traffic.running.add(traffic.clients.submit(() -> traffic.run(client)));
    }
    return traffic;
  }

  private Void run(int client) throws SQLException, InterruptedException {
    SplittableRandom random = new SplittableRandom(client);
    try (Connection connection = source.open()) {
      connection.setAutoCommit(false);
      while (!stopped) {
        step(connection, random);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
    return null;
  }

  private void step(Connection connection, SplittableRandom random) throws SQLException {
    int dice = random.nextInt(100);
    if (dice < 45) {
      placeOrder(connection, random);
    } else if (dice < 75) {
      run(
          connection,
          "UPDATE shop.orders SET status = 'paid', total = total + 1 WHERE id = ?",
          1 + random.nextLong(shop.orders()));
    } else if (dice < 90) {
      run(
          connection,
          "UPDATE shop.customers SET vip = NOT vip, profile = profile || '{\"seen\": true}'"
              + " WHERE id = ?",
          1 + random.nextLong(shop.customers()));
    } else if (dice < 95) {
      run(connection, "DELETE FROM shop.orders WHERE id = ?", 1 + random.nextLong(nextOrder.get()));
    } else if (dice < 98) {
      run(
          connection,
          "UPDATE shop.order_items SET line = line + 100 WHERE order_id = ? AND line < 100",
          1 + random.nextLong(shop.orders()));
    } else {
      placeOrder(connection, random);
      connection.rollback();
      return;
    }
    connection.commit();
  }

  private void placeOrder(Connection connection, SplittableRandom random) throws SQLException {
    long order = nextOrder.getAndIncrement();
    run(
        connection,
        "INSERT INTO shop.orders VALUES (?, ?, 'new', 0, localtimestamp)",
        order,
        1 + random.nextLong(shop.customers()));
    int lines = 1 + random.nextInt(4);
    for (int line = 0; line < lines; line++) {
      long product = 1 + random.nextLong(SampleShop.PRODUCTS);
      run(
          connection,
          "INSERT INTO shop.order_items VALUES (?, ?, "
              + SampleShop.sku("?")
              + ", 1, 9.99, NULL, 'fresh')",
          order,
          line,
          product);
    }
    // Products are locked in one place only and one at a time, so that clients never deadlock.
    run(
        connection,
        "UPDATE shop.products SET stock = stock - 1 WHERE sku = " + SampleShop.sku("?"),
        1 + random.nextLong(SampleShop.PRODUCTS));
  }

  private static void run(Connection connection, String sql, long... arguments)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setLong(i + 1, arguments[i]);
      }
      statement.executeUpdate();
    }
  }

  /** Throws {@link IllegalStateException} when a client has failed. */
  void check() {
    running.stream().filter(Future::isDone).forEach(Traffic::result);
  }

  private static void result(Future<?> client) {
    try {
      client.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client of the demo failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops the clients and waits for them.
   *
   * @throws IllegalStateException when a client had failed
   */
  @Override
  public void close() {
    stopped = true;
    clients.shutdown();
    running.forEach(Traffic::result);
  }
}
