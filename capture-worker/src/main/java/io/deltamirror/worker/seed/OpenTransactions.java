package io.deltamirror.worker.seed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tells when the transactions that were running at some moment have ended, without waiting for it.
 *
 * <p>A mark is an xid that is drawn for it: whoever had one before has a lower one. {@code
 * pg_snapshot_xmax} would be cheaper but wrong: it is one above the last xid that has
 * <em>completed</em>, and transactions above it may be running, their commit record written and
 * streamed (PostgreSQL: {@code GetSnapshotData}). Transactions without an xid have written nothing.
 */
final class OpenTransactions {
  /** The low half of an xid is what the lock table shows. */
  private static final String OLDEST =
      """
      SELECT coalesce('pid ' || l.pid, 'a prepared transaction')
             || coalesce(' of ' || a.usename, '')
             || coalesce(' (' || nullif(a.application_name, '') || ')', '')
             || coalesce(', begun ' || a.xact_start, '')
      FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
        AND l.transactionid::text::bigint = (? & 4294967295)
      LIMIT 1
      """;

  private final Connection connection;

  /**
   * @param connection in auto-commit mode
   */
  OpenTransactions(Connection connection) {
    this.connection = connection;
  }

  /** Marks all that are running now. */
  long mark() throws SQLException {
    return number("SELECT pg_current_xact_id()::text::bigint");
  }

  /** The lowest xid that is running, or the next one: all marks below it are reached. */
  long oldest() throws SQLException {
    return number("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
  }

  /** Who runs a transaction, for people. */
  String owner(long xid) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OLDEST)) {
      select.setLong(1, xid);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : "transaction " + xid;
      }
    }
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
