package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL for tests, on the loopback interface. */
final class SourceDatabase implements AutoCloseable {
  private final EmbeddedPostgres server;
  private final SourceSession session;

  SourceDatabase() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .start();
    session = session("postgres");
  }

  SourceSession session(String user) {
    return new SourceSession(
        new Source("127.0.0.1", server.getPort(), "postgres", user, Optional.empty()),
        source -> Optional.of(user));
  }

  SourceSession session() {
    return session;
  }

  void run(String... statements) {
    try (Connection connection = session.open()) {
      for (String sql : statements) {
        SourceSession.execute(connection, sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** A table of the schema public. */
  TableSchema table(String name) {
    try (Connection connection = session.open()) {
      List<SourceTable> tables = new Catalog(connection).tables();
      return tables.stream()
          .map(SourceTable::schema)
          .filter(table -> table.name().equals(new TableName("public", name)))
          .findFirst()
          .orElseThrow();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
