package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * One table of the source under one snapshot: everything it reads is as of the moment it was
 * opened. Holds a connection and its snapshot until it is closed. Not thread-safe.
 */
final class SourceReader implements AutoCloseable {
  /** Keys per statement; each is looked up by the primary key's index. */
  private static final int KEYS_AT_ONCE = 500;

  private final Connection connection;
  private final TableSchema table;
  private final String lsn;

  private SourceReader(Connection connection, TableSchema table, String lsn) {
    this.connection = connection;
    this.table = table;
    this.lsn = lsn;
  }

  /**
   * Takes a snapshot.
   *
   * @throws CannotTellException when the table is gone
   */
  static SourceReader open(SourceSession session, TableSchema known) {
    Connection connection = session.open();
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      // A policy must make the reading fail, not hide rows; keys are looked up by their index.
      SourceSession.execute(
          connection,
          "SET LOCAL row_security = off;"
              + " SET LOCAL enable_hashjoin = off;"
              + " SET LOCAL enable_mergejoin = off");
      String lsn = insertLsn(connection);
      TableSchema table =
          new Catalog(connection)
              .table(known.oid())
              .orElseThrow(() -> new CannotTellException("it is gone from the source"))
              .schema();
      return new SourceReader(connection, table, lsn);
    } catch (SQLException e) {
      close(connection);
      throw SourceErrors.of("cannot read " + known.name(), e);
    } catch (RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  private static String insertLsn(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** The table as the snapshot sees it. */
  TableSchema table() {
    return table;
  }

  /** PostgreSQL's insert LSN when the snapshot was taken. */
  String lsn() {
    return lsn;
  }

  /** Reads every row. */
  void scan(RowShape shape, RowSink sink) {
    copy("SELECT " + columns() + " FROM ONLY " + table.name().quoted() + " AS t", shape, sink);
  }

  /** Reads the rows with the given keys, and perhaps some with keys that PostgreSQL finds equal. */
  void lookUp(List<RowKey> keys, RowShape shape, RowSink sink) {
    List<Map<String, String>> texts =
        keys.stream().map(shape::texts).filter(key -> !key.containsValue(null)).toList();
    for (int from = 0; from < texts.size(); from += KEYS_AT_ONCE) {
      int to = Math.min(from + KEYS_AT_ONCE, texts.size());
      copy(lookUpQuery(texts.subList(from, to), shape.keyColumns()), shape, sink);
    }
  }

  private String lookUpQuery(List<Map<String, String>> keys, List<Column> keyColumns) {
    List<String> rows = new ArrayList<>();
    for (Map<String, String> key : keys) {
      rows.add(
          keyColumns.stream()
              .map(column -> literal(key.get(column.name()), column))
              .collect(Collectors.joining(", ", "(", ")")));
    }
    String names =
        keyColumns.stream()
            .map(column -> TableName.quote(column.name()))
            .collect(Collectors.joining(", "));
    String equal =
        keyColumns.stream()
            .map(column -> TableName.quote(column.name()))
            .map(name -> "t." + name + " = wanted." + name)
            .collect(Collectors.joining(" AND "));
    return String.format(
        "SELECT %s FROM (VALUES %s) AS wanted (%s) JOIN ONLY %s AS t ON %s",
        columns(), String.join(", ", rows), names, table.name().quoted(), equal);
  }

  private String literal(String text, Column column) {
    try {
      String quoted = connection.unwrap(PGConnection.class).escapeLiteral(text);
      return "CAST('" + quoted + "' AS " + column.typeName() + ")";
    } catch (SQLException e) {
      throw SourceErrors.of("cannot quote a key of " + table.name(), e);
    }
  }

  private String columns() {
    return table.columns().stream()
        .map(column -> "t." + TableName.quote(column.name()))
        .collect(Collectors.joining(", "));
  }

  private void copy(String query, RowShape shape, RowSink sink) {
    RowImage image = shape.newImage();
    try {
      CopyOut copy =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("COPY (" + query + ") TO STDOUT");
      try {
        // The backend sends one message per row (PostgreSQL's manual, CopyData).
        for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
          CopyText.read(line, shape, image);
          sink.row(image);
        }
      } finally {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      }
    } catch (SQLException e) {
      throw SourceErrors.of("cannot read " + table.name(), e);
    }
  }

  @Override
  public void close() {
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written, and the server ends the session by itself.
    }
  }
}
