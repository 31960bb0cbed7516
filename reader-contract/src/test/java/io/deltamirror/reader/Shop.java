package io.deltamirror.reader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** The sample schema and its life: SQL under {@code src/test/resources/shop}. */
final class Shop {
  private static final String SCHEMA = "shop";

  private final SourceDatabase database;

  Shop(SourceDatabase database) {
    this.database = database;
  }

  void create() throws IOException, SQLException {
    database.execute(script("create.sql"));
    database.execute(script("create-kinds.sql"));
  }

  void change() throws IOException, SQLException {
    database.execute(script("change.sql"));
    database.execute(script("change-kinds.sql"));
  }

  void changeAgain() throws IOException, SQLException {
    database.execute(script("change-again.sql"));
  }

  /** One of several small transactions, counted from 1. */
  void changeOrders(int round) throws IOException, SQLException {
    database.execute(String.format(Locale.ROOT, script("change-orders.sql"), round));
  }

  List<SourceTable> tables() throws SQLException {
    return database.tables(SCHEMA);
  }

  SourceTable table(String name) throws SQLException {
    return database.table(SCHEMA, name);
  }

  /** The table whose changes are many small transactions. */
  SourceTable orders() throws SQLException {
    return table("orders");
  }

  private static String script(String name) throws IOException {
    try (InputStream in = Shop.class.getResourceAsStream("/shop/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
