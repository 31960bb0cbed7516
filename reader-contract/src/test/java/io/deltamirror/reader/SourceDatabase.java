package io.deltamirror.reader;

import io.deltamirror.reader.SourceTable.SourceColumn;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A PostgreSQL of the test's own, read in its text form through one connection. */
final class SourceDatabase implements AutoCloseable {
  private final EmbeddedPostgres server;
  private final Connection connection;

  private SourceDatabase(EmbeddedPostgres server, Connection connection) {
    this.server = server;
    this.connection = connection;
  }

  static SourceDatabase start() throws IOException, SQLException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start();
    // The simple protocol: every value arrives as the server prints it.
    Connection connection =
        DriverManager.getConnection(
            server.getJdbcUrl("postgres", "postgres") + "&preferQueryMode=simple");
    SourceDatabase database = new SourceDatabase(server, connection);
    database.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'");
    return database;
  }

  /** As the command line takes it. */
  String uri() {
    return "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
  }

  /** Runs statements, in one transaction. */
  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The tables of a schema, by name. */
  List<SourceTable> tables(String schema) throws SQLException {
    List<SourceTable> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet names =
            statement.executeQuery(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
                    + " AND relnamespace = '"
                    + schema
                    + "'::regnamespace ORDER BY 1")) {
      while (names.next()) {
        tables.add(table(schema, names.getString(1)));
      }
    }
    return tables;
  }

  /** A table as the catalog has it now; a domain's type is the one that it is over. */
  SourceTable table(String schema, String name) throws SQLException {
    List<SourceColumn> columns = new ArrayList<>();
    List<Integer> key = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT attname, format_type(coalesce(nullif(typbasetype, 0), atttypid), NULL),"
                    + " coalesce(attnum = ANY (indkey), false) FROM pg_attribute JOIN pg_type t"
                    + " ON t.oid = atttypid LEFT JOIN pg_index ON indrelid = attrelid AND"
                    + " indisprimary WHERE attrelid = '"
                    + quoted(schema)
                    + "."
                    + quoted(name)
                    + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
      while (row.next()) {
        if (row.getBoolean(3)) {
          key.add(columns.size());
        }
        columns.add(new SourceColumn(row.getString(1), row.getString(2)));
      }
    }
    return new SourceTable(schema, name, columns, key);
  }

  /** Every row. */
  TableRows rows(SourceTable table) throws SQLException {
    String values =
        table.columns().stream().map(SourceDatabase::value).collect(Collectors.joining(", "));
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT "
                    + values
                    + " FROM "
                    + quoted(table.schema())
                    + "."
                    + quoted(table.name()))) {
      while (row.next()) {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= table.columns().size(); i++) {
          texts.add(row.getString(i));
        }
        rows.add(texts);
      }
    }
    return TableRows.of(table, table.columnNames(), rows);
  }

  /** Binary floating-point numbers as their bits, all else as it is printed. */
  private static String value(SourceColumn column) {
    String name = quoted(column.name());
    return switch (column.type()) {
      case "real" -> bits("float4send", name);
      case "double precision" -> bits("float8send", name);
      case "real[]" -> eachOf(name, bits("float4send", "e"));
      case "double precision[]" -> eachOf(name, bits("float8send", "e"));
      default -> name;
    };
  }

  /** PostgreSQL has one NaN, whatever its bits. */
  private static String bits(String function, String name) {
    return "CASE WHEN "
        + name
        + " = 'NaN' THEN 'NaN' ELSE encode("
        + function
        + "("
        + name
        + "), 'hex') END";
  }

  /** An array with another element, as an expression of e, for each. */
  private static String eachOf(String name, String element) {
    return "CASE WHEN "
        + name
        + " IS NOT NULL THEN ARRAY(SELECT "
        + element
        + " FROM unnest("
        + name
        + ") WITH ORDINALITY AS u (e, o) ORDER BY o)::text END";
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  @Override
  public void close() throws IOException, SQLException {
    connection.close();
    server.close();
  }
}
