package io.deltamirror.core.source;

import io.deltamirror.core.change.Position;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Divides the history of a source: what was committed before the call from what comes after it. The
 * message makes sure that the stream carries something behind the point, also when nobody writes.
 * Every slot of the database receives it.
 */
public final class Barrier {
  /** Prefix of all messages that this project writes to the WAL. */
  public static final String PREFIX = "delta-mirror";

  private Barrier() {}

  /**
   * Writes a transaction with nothing but a message.
   *
   * @param connection in auto-commit mode
   * @return LSN to wait for: the commit record of every transaction that had ended before the call
   *     lies below it, that of the message at or above it. So a stream that has passed a commit at
   *     or above it has sent all of them
   */
  public static long emit(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long lsn = lsn(statement, "SELECT pg_current_wal_insert_lsn()");
      lsn(statement, "SELECT pg_logical_emit_message(true, '" + PREFIX + "', 'barrier')");
      return lsn;
    }
  }

  /**
   * Writes a WAL record without a transaction: LSNs read afterwards are above those read before,
   * and a slot can move on though nobody writes.
   */
  public static void nudge(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      lsn(statement, "SELECT pg_logical_emit_message(false, '" + PREFIX + "', '')");
    }
  }

  private static long lsn(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return Position.parseLsn(row.getString(1));
    }
  }
}
