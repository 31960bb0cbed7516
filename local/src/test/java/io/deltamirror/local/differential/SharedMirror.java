package io.deltamirror.local.differential;

import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.local.faults.MirrorStack;
import io.deltamirror.local.faults.PostgresVersion;
import io.deltamirror.local.faults.RestartablePostgres;
import io.deltamirror.local.faults.StackFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/**
 * A source and its mirror that many tests use at once, each in schemas of its own. Thread-safe as
 * far as the tests leave starting and stopping alone.
 */
final class SharedMirror implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of("max_prepared_transactions", "10", "max_connections", "200");

  private final Path folder;
  private final RestartablePostgres postgres;
  private final MirrorStack stack;
  private final PostgresVersion version;
  private int absences;

  private SharedMirror(Path folder, PostgresVersion version, RestartablePostgres postgres)
      throws IOException {
    this.folder = folder;
    this.version = version;
    this.postgres = postgres;
    this.stack = MirrorStack.start(StackFolders.in(folder), postgres.source());
  }

  static SharedMirror start(Path folder, PostgresVersion version) throws IOException {
    Files.createDirectories(folder);
    return new SharedMirror(
        folder,
        version,
        RestartablePostgres.start(folder.resolve("postgresql"), version, SETTINGS));
  }

  PostgresVersion version() {
    return version;
  }

  /** Ends the worker; it is away until all who did so want it back. */
  synchronized void leaveWorker() throws Exception {
    if (absences++ == 0) {
      stack.stopWorker();
    }
  }

  /** What {@link #leaveWorker} needs after it. */
  synchronized void returnWorker() {
    if (--absences == 0) {
      stack.startWorker();
    }
  }

  /** Schemas of a test's own, made anew. */
  MirroredSchema schema(String name) throws SQLException {
    postgres.execute("CREATE SCHEMA " + name);
    return new MirroredSchema(this, name);
  }

  RestartablePostgres postgres() {
    return postgres;
  }

  Source source() {
    return postgres.source();
  }

  MirrorStack stack() {
    return stack;
  }

  Path lake() {
    return StackFolders.in(folder).lake();
  }

  @Override
  public void close() throws Exception {
    try (postgres) {
      stack.close();
    }
  }
}
