package io.deltamirror.local.processes;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A source of a few small tables, and what people do with it. */
final class ShopSource implements AutoCloseable {
  private static final int ADDED_TABLES_KEPT = 3;

  private final EmbeddedPostgres postgres;
  private int shape;
  private final AtomicInteger added = new AtomicInteger();
  private final AtomicInteger widened = new AtomicInteger();

  ShopSource() throws IOException, SQLException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start();
    execute(
        """
        CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL, note text);
        INSERT INTO accounts SELECT i, 0, 'account ' || i FROM generate_series(1, 2000) i;
        CREATE TABLE orders (
          id bigserial PRIMARY KEY, account int, total numeric(12, 2), placed timestamptz);
        INSERT INTO orders (account, total, placed)
          SELECT i, i / 7.0, now() FROM generate_series(1, 500) i;
        CREATE TABLE documents (id int PRIMARY KEY, body text);
        CREATE TABLE shapes (id int PRIMARY KEY, note text);
        INSERT INTO shapes SELECT i, 'shape ' || i FROM generate_series(1, 100) i;
        """);
  }

  Source address() {
    return new Source("localhost", postgres.getPort(), "postgres", "postgres", Optional.empty());
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"));
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect()) {
      SourceSession.execute(connection, sql);
    }
  }

  /** A value that no event can hold, as random bytes do not compress. */
  void largeDocument(Connection connection, int id) throws SQLException {
    SourceSession.execute(
        connection,
        "INSERT INTO documents SELECT %1$d, string_agg(md5(random()::text), '')".formatted(id)
            + " FROM generate_series(1, 90000)"
            + " ON CONFLICT (id) DO UPDATE SET body = excluded.body");
  }

  /** A transaction of many batches. */
  void largeTransaction(Connection connection) throws SQLException {
    SourceSession.execute(
        connection, "UPDATE accounts SET balance = balance + 1, note = md5(random()::text)");
  }

  /** A change of shape, which the stream shows with the next row. */
  void changeShape(Connection connection) throws SQLException {
    shape++;
    SourceSession.execute(
        connection,
        "ALTER TABLE shapes ADD COLUMN c%d int DEFAULT %d;".formatted(shape, shape)
            + (shape > 1 ? "ALTER TABLE shapes DROP COLUMN c%d;".formatted(shape - 1) : "")
            + "UPDATE shapes SET note = note || '.' WHERE id %% 10 = %d;".formatted(shape % 10)
            + "INSERT INTO shapes (id, note) VALUES (%d, 'late');".formatted(1000 + shape));
  }

  /** A column that is new: a change of shape that needs no copy, while the table is as it was. */
  void widen(Connection connection) throws SQLException {
    SourceSession.execute(
        connection,
        "ALTER TABLE orders ADD COLUMN w%d int DEFAULT 7".formatted(widened.incrementAndGet()));
  }

  /** Another table; of those there are only a few at a time. */
  void addTable(Connection connection) throws SQLException {
    int number = added.incrementAndGet();
    SourceSession.execute(
        connection,
        """
        CREATE TABLE added_%1$d (id int PRIMARY KEY, name text);
        INSERT INTO added_%1$d SELECT i, 'a' || i FROM generate_series(1, 50) i;
        DROP TABLE IF EXISTS added_%2$d
        """
            .formatted(number, Math.max(0, number - ADDED_TABLES_KEPT)));
  }

  int tablesAdded() {
    return added.get();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
