package io.deltamirror.local.demo;

import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The sample database: a shop with customers, products, orders and their items. The items are the
 * largest table; there is one customer to ten of them and one order to three.
 */
final class SampleShop {
  static final int PRODUCTS = 2_000;
  private static final int ITEMS_PER_ORDER = 3;
  private static final int ITEMS_PER_CUSTOMER = 10;

  private static final String TABLES =
      """
      CREATE SCHEMA shop;
      CREATE TABLE shop.customers (
        id integer PRIMARY KEY, email varchar(80) NOT NULL, name text NOT NULL,
        vip boolean NOT NULL DEFAULT false, born date, profile jsonb,
        created_at timestamptz NOT NULL);
      CREATE TABLE shop.products (
        sku uuid PRIMARY KEY, title text NOT NULL, price numeric(10,2) NOT NULL,
        weight real, stock integer NOT NULL, image bytea);
      CREATE TABLE shop.orders (
        id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES shop.customers,
        status char(8) NOT NULL, total numeric(12,2) NOT NULL, placed_at timestamp NOT NULL);
      CREATE TABLE shop.order_items (
        order_id bigint NOT NULL REFERENCES shop.orders ON DELETE CASCADE, line smallint NOT NULL,
        sku uuid NOT NULL, quantity integer NOT NULL, price numeric(10,2) NOT NULL,
        discount double precision, note text, PRIMARY KEY (order_id, line));
      """;

  private final long items;

  SampleShop(long items) {
    this.items = items;
  }

  long customers() {
    return Math.max(1, items / ITEMS_PER_CUSTOMER);
  }

  long orders() {
    return Math.max(1, (items + ITEMS_PER_ORDER - 1) / ITEMS_PER_ORDER);
  }

  /** The {@code sku} of the n-th product. */
  static String sku(String n) {
    return "md5('sku' || (" + n + "))::uuid";
  }

  /** Makes the tables and fills them, saying what it does. */
  void load(Connection connection, Consumer<String> progress) throws SQLException {
    SourceSession.execute(connection, TABLES);
    for (Map.Entry<String, String> fill : fills().entrySet()) {
      progress.accept("loading " + fill.getKey());
      SourceSession.execute(connection, fill.getValue());
    }
    SourceSession.execute(
        connection, "ANALYZE shop.customers, shop.products, shop.orders, shop.order_items");
  }

  private Map<String, String> fills() {
    Map<String, String> fills = new LinkedHashMap<>();
    fills.put(
        "customers (" + customers() + " rows)",
        "INSERT INTO shop.customers SELECT i, 'user' || i || '@example.org', 'Customer ' || i,"
            + " i % 20 = 0, date '1950-01-01' + i % 20000,"
            + " jsonb_build_object('lang', CASE i % 3 WHEN 0 THEN 'de' WHEN 1 THEN 'en' END,"
            + "   'points', i % 977),"
            + " timestamptz '2020-01-01 00:00:00+00' + i * interval '7.003 seconds'"
            + " FROM generate_series(1, "
            + customers()
            + ") i");
    fills.put(
        "products (" + PRODUCTS + " rows)",
        "INSERT INTO shop.products SELECT "
            + sku("i")
            + ", 'Product ' || i,"
            + " (i % 500 + 0.99)::numeric(10,2), (i % 70) / 7.0, 1000000,"
            + " decode(repeat(md5(i::text), 20), 'hex')"
            + " FROM generate_series(1, "
            + PRODUCTS
            + ") i");
    fills.put(
        "orders (" + orders() + " rows)",
        "INSERT INTO shop.orders SELECT i, 1 + i % "
            + customers()
            + ", 'shipped',"
            + " (i % 90000) / 100.0, timestamp '2024-01-01 00:00:00' + i * interval '0.5 seconds'"
            + " FROM generate_series(1, "
            + orders()
            + ") i");
    fills.put(
        "order_items (" + orders() * ITEMS_PER_ORDER + " rows)",
        "INSERT INTO shop.order_items SELECT 1 + i / "
            + ITEMS_PER_ORDER
            + ", i % "
            + ITEMS_PER_ORDER
            + ", "
            + sku("1 + i % " + PRODUCTS)
            + ", 1 + i % 5,"
            + " (i % 500 + 0.99)::numeric(10,2), CASE i % 11 WHEN 0 THEN 0.1 END,"
            + " CASE i % 4 WHEN 0 THEN 'gift no. ' || i END"
            + " FROM generate_series(0, "
            + (orders() * ITEMS_PER_ORDER - 1)
            + ") i");
    return fills;
  }
}
