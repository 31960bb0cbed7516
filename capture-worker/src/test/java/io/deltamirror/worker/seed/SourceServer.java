package io.deltamirror.worker.seed;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A PostgreSQL of its own for a test class. */
final class SourceServer implements AutoCloseable {
  private final EmbeddedPostgres server;

  SourceServer() throws IOException {
    this.server =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_replication_slots", "50")
            .start();
  }

  SourceSession session(String database, String role) {
    Source source = new Source("127.0.0.1", server.getPort(), database, role, Optional.empty());
    return new SourceSession(source, unused -> Optional.empty());
  }

  /** A new, empty database. */
  SourceSession database(String name) throws SQLException {
    run(session("postgres", "postgres"), "CREATE DATABASE " + name);
    return session(name, "postgres");
  }

  static void run(SourceSession session, String... statements) throws SQLException {
    try (Connection connection = open(session)) {
      for (String statement : statements) {
        SourceSession.execute(connection, statement);
      }
    }
  }

  /** A connection as an application has it. */
  static Connection open(SourceSession session) throws SQLException {
    Connection connection = session.open();
    SourceSession.execute(connection, "SET search_path = public");
    SourceSession.execute(connection, "SET application_name = 'shop'");
    return connection;
  }

  static String one(SourceSession session, String query) throws SQLException {
    try (Connection connection = open(session)) {
      return one(connection, query);
    }
  }

  static String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
