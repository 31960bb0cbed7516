package io.deltamirror.core.source;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * Has a database in SQL_ASCII hand out its text as it is stored. Otherwise PostgreSQL, which holds
 * whatever bytes came in there, compares them with the encoding of its client, and one text that is
 * no UTF-8 ends a COPY, or a replication stream for all its tables (PostgreSQL: "Character Set
 * Support"). Text of other databases is converted to UTF-8. Stateless.
 */
public final class RawText {
  private static final String NO_ENCODING = "SQL_ASCII";

  private RawText() {}

  /** What follows {@code COPY … TO STDOUT}; empty where text is converted. */
  public static String copyOptions(Connection connection) throws SQLException {
    return isWithoutEncoding(connection) ? " (ENCODING '" + NO_ENCODING + "')" : "";
  }

  /** The driver must have been told that the encoding may change; it sends ASCII from then on. */
  static void stream(Connection replication) throws SQLException {
    if (isWithoutEncoding(replication)) {
      SourceSession.execute(replication, "SET client_encoding = '" + NO_ENCODING + "'");
    }
  }

  /** Whether the database is in SQL_ASCII, as the server says when one connects. */
  static boolean isWithoutEncoding(Connection connection) throws SQLException {
    String encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
    return NO_ENCODING.equals(encoding);
  }
}
