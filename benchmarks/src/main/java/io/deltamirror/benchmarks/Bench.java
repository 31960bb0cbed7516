package io.deltamirror.benchmarks;

import io.deltamirror.core.source.PasswordSource;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.local.demo.DemoServer;
import io.deltamirror.local.stack.CatchUpWait;
import io.deltamirror.local.stack.LocalStack;
import io.deltamirror.local.stack.StackOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server and the stack, for one benchmark. */
final class Bench implements AutoCloseable {
  static final String MIRROR = "bench";
  private static final PasswordSource NO_PASSWORD = source -> Optional.empty();
  private static final long POLL_MILLIS = 20;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(20);

  private final Path folder;
  private final DemoServer server;
  private final SourceSession source;

  private Bench(Path folder, DemoServer server) {
    this.folder = folder;
    this.server = server;
    this.source = new SourceSession(server.source(), NO_PASSWORD);
  }

  static Bench start(Path folder) throws IOException {
    return new Bench(folder, DemoServer.start(folder.resolve("postgresql")));
  }

  SourceSession source() {
    return source;
  }

  /** Runs statements one by one in a session of their own. */
  void execute(String... statements) throws SQLException {
    try (Connection connection = source.open()) {
      SourceSession.execute(connection, "SET search_path = public, pg_catalog");
      for (String statement : statements) {
        SourceSession.execute(connection, statement);
      }
    }
  }

  /** Starts the stack, waits until all that was committed before is in Delta, and stops it. */
  double secondsToCatchUp() throws IOException, InterruptedException {
    long start = System.nanoTime();
    StackOptions options = StackOptions.of(folder.resolve("lake"), folder.resolve("state"), 0);
    try (LocalStack stack = LocalStack.start(options, NO_PASSWORD)) {
      stack.control().define(new MirrorDefinition(MIRROR, server.source(), List.of()));
      stack.control().start(MIRROR);
      CatchUpWait wait =
          CatchUpWait.from(source, new TablePatterns(List.of()), stack.state(MIRROR));
      Optional<String> missing = wait.missing();
      while (missing.isPresent()) {
        if (System.nanoTime() - start > PATIENCE_NANOS) {
          throw new IllegalStateException("not caught up: " + missing.get());
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        missing = wait.missing();
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /** Prints a figure beside its limit. */
  static void print(String what, String unit, double figure, String limitName, double limit) {
    System.out.printf(
        Locale.ROOT,
        "%s: %,.0f %s; %s: %,.0f %s; ratio %.2f%n",
        what,
        figure,
        unit,
        limitName,
        limit,
        unit,
        figure / limit);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
