package io.deltamirror.local.faults;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A PostgreSQL server that keeps its port and its data over restarts. */
public final class RestartablePostgres implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final Duration SHUTDOWN = Duration.ofSeconds(60);

  private final Path data;
  private final PostgresVersion version;
  private final Map<String, String> settings;
  private EmbeddedPostgres server;

  private RestartablePostgres(Path data, PostgresVersion version, Map<String, String> settings)
      throws IOException {
    this.data = data;
    this.version = version;
    this.settings = Map.copyOf(settings);
    this.server = launch(0);
  }

  /** Starts one with a data directory of its own. */
  public static RestartablePostgres start(Path data) throws IOException {
    return start(data, PostgresVersion.V18, Map.of());
  }

  /** The same of a certain version, with further settings of the server. */
  public static RestartablePostgres start(
      Path data, PostgresVersion version, Map<String, String> settings) throws IOException {
    return new RestartablePostgres(data, version, settings);
  }

  private EmbeddedPostgres launch(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver(version)
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPGStartupWait(STARTUP)
            .setServerConfig("wal_level", "logical")
            .setServerConfig("max_wal_senders", "10")
            .setServerConfig("max_replication_slots", "10")
            // The machine does not go down with the server, so nothing is lost by that.
            .setServerConfig("fsync", "off");
    settings.forEach(builder::setServerConfig);
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  /** Ends sessions, lets the WAL senders finish, and starts again. */
  public void restart() throws IOException, InterruptedException {
    end("-INT");
    launchAgain();
  }

  /** Ends everything at once, as a crash does; the next start recovers. */
  public void crash() throws IOException, InterruptedException {
    end("-QUIT");
    launchAgain();
  }

  /** By signal, as pg_ctl does it: -INT is its mode fast, -QUIT its mode immediate. */
  private void end(String signal) throws IOException, InterruptedException {
    String postmaster = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
    new ProcessBuilder("kill", signal, postmaster).start().waitFor();
    CompletableFuture<?> ended =
        ProcessHandle.of(Long.parseLong(postmaster))
            .<CompletableFuture<?>>map(ProcessHandle::onExit)
            .orElseGet(() -> CompletableFuture.completedFuture(null));
    try {
      ended.get(SHUTDOWN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("a session keeps PostgreSQL from shutting down", e);
    }
  }

  private void launchAgain() throws IOException {
    int port = server.getPort();
    server.close();
    server = launch(port);
  }

  /** Copies its data as they are at this moment: an image to go back to. */
  public void copyTo(Path image) throws IOException {
    int port = server.getPort();
    server.close();
    copy(data, image);
    server = launch(port);
  }

  /** Goes back to an image: the same server with the same timeline, but an earlier one. */
  public void restore(Path image) throws IOException {
    int port = server.getPort();
    server.close();
    delete(data);
    copy(image, data);
    server = launch(port);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file,
            to.resolve(from.relativize(file).toString()),
            StandardCopyOption.COPY_ATTRIBUTES,
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** How a mirror reaches it; it asks for no password. */
  public Source source() {
    return new Source("localhost", server.getPort(), "postgres", "postgres", Optional.empty());
  }

  /** As an application connects. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://localhost:" + server.getPort() + "/postgres", "postgres", "");
  }

  /** Runs statements, each in a transaction of its own. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect()) {
      for (String statement : statements) {
        SourceSession.execute(connection, statement);
      }
    }
  }

  /** The first value of a query's first row. */
  public String one(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
