package io.deltamirror.local.types;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.local.faults.PostgresVersion;
import io.deltamirror.local.faults.RestartablePostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A source whose database and role change every setting that a value's text depends on. The test's
 * own statements run under the mirror's settings, so that they mean the same everywhere.
 */
final class HostileSource implements AutoCloseable {
  private final RestartablePostgres server;
  private final Connection connection;

  private HostileSource(RestartablePostgres server) throws SQLException {
    this.server = server;
    for (String file : List.of("own-types.sql", "hostile-defaults.sql")) {
      server.execute(TypeValues.resource(file));
    }
    this.connection = session().open();
    run("SET array_nulls = on");
  }

  static HostileSource start(Path data, PostgresVersion version) throws IOException, SQLException {
    return new HostileSource(RestartablePostgres.start(data, version, Map.of()));
  }

  SourceSession session() {
    return new SourceSession(server.source(), unused -> Optional.empty());
  }

  RestartablePostgres server() {
    return server;
  }

  /** Runs statements, all in one transaction. */
  void run(List<String> statements) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          throw new SQLException(sql, e.getSQLState(), e);
        }
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  void run(String... statements) throws SQLException {
    run(List.of(statements));
  }

  /** Runs a statement unless PostgreSQL refuses it with one of the given states. */
  boolean attempt(String sql, String... refusals) throws SQLException {
    try {
      run(sql);
      return true;
    } catch (SQLException e) {
      if (List.of(refusals).contains(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** Runs an UPDATE; how many rows it changed, and 0 when PostgreSQL refuses it as said. */
  int update(String sql, String... refusals) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    } catch (SQLException e) {
      if (List.of(refusals).contains(e.getSQLState())) {
        return 0;
      }
      throw new SQLException(sql, e.getSQLState(), e);
    }
  }

  /** Those of the given types that this version has. */
  List<TypeValues> known(List<TypeValues> types) throws SQLException {
    List<TypeValues> known = new ArrayList<>();
    for (TypeValues type : types) {
      String name = type.type();
      if (name.contains("(") || name.contains(" ") || one("to_regtype", name).isPresent()) {
        known.add(type);
      }
    }
    return known;
  }

  private Optional<String> one(String function, String argument) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT " + function + "(?)::text")) {
      select.setString(1, argument);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getString(1));
      }
    }
  }

  /**
   * Names of PostgreSQL's own types that can be columns and take input, but are none of the given.
   */
  Set<String> missing(List<TypeValues> types) throws SQLException {
    Set<String> covered = new HashSet<>();
    for (TypeValues type : types) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT typname FROM pg_type t WHERE t.oid = '"
                      + type.type().replace("'", "''")
                      + "'::regtype")) {
        row.next();
        covered.add(row.getString(1));
      }
    }
    Set<String> missing = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"
                    + " AND typtype IN ('b', 'r', 'm') AND typarray <> 0")) {
      while (row.next()) {
        missing.add(row.getString(1));
      }
    }
    missing.removeAll(covered);
    return missing;
  }

  @Override
  public void close() throws IOException, SQLException {
    connection.close();
    server.close();
  }
}
