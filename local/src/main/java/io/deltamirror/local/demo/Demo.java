package io.deltamirror.local.demo;

import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.cli.Interruption;
import io.deltamirror.local.cli.VerifyText;
import io.deltamirror.local.cli.Watch;
import io.deltamirror.local.stack.CatchUpWait;
import io.deltamirror.local.stack.LocalStack;
import io.deltamirror.local.stack.StackOptions;
import io.deltamirror.local.stack.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The demo: a shop's database of its own, its mirror, traffic, and the proof at the end. */
public final class Demo {
  private static final String MIRROR = "mirror";
  private static final List<String> TABLES = List.of("shop.*");
  private static final long TICK_MILLIS = 1_000;

  private final Path folder;
  private final long rows;
  private final int httpPort;
  private final PrintWriter out;
  private final Interruption interruption;

  public Demo(Path folder, long rows, int httpPort, PrintWriter out, Interruption interruption) {
    this.folder = folder;
    this.rows = rows;
    this.httpPort = httpPort;
    this.out = out;
    this.interruption = interruption;
  }

  /**
   * Runs it.
   *
   * @param duration of the traffic; empty for until Ctrl-C
   * @return whether source and mirror were equal at the end; true when it was ended by Ctrl-C
   */
  public boolean run(Optional<Duration> duration)
      throws IOException, SQLException, InterruptedException {
    say("starting PostgreSQL");
    StackOptions options =
        StackOptions.of(folder.resolve("lake"), folder.resolve("state"), httpPort);
    EnvironmentPasswords passwords = new EnvironmentPasswords(Map.of(), folder);
    try (DemoServer server = DemoServer.start(folder.resolve("postgresql"))) {
      SourceSession source = new SourceSession(server.source(), passwords);
      SampleShop shop = new SampleShop(rows);
      try (Connection connection = source.open()) {
        shop.load(connection, this::say);
      }
      try (LocalStack stack = LocalStack.start(options, passwords)) {
        stack.control().define(new MirrorDefinition(MIRROR, server.source(), TABLES));
        stack.control().start(MIRROR);
        say("Delta tables in " + folder.resolve("lake").resolve("Tables"));
        say("HTTP at " + stack.statusUrl(MIRROR));
        watchTraffic(source, shop, stack, duration);
        return interruption.arrived(0) || verify(source, stack);
      }
    }
  }

  private void watchTraffic(
      SourceSession source, SampleShop shop, LocalStack stack, Optional<Duration> duration) {
    Watch watch = new Watch(stack.control(), MIRROR, out);
    long end = System.nanoTime() + duration.orElse(Duration.ofDays(36_500)).toNanos();
    try (Traffic traffic = Traffic.start(source, shop)) {
      while (System.nanoTime() - end < 0 && !interruption.arrived(TICK_MILLIS)) {
        watch.print();
        traffic.check();
      }
      say("stopping the traffic");
    }
  }

  private boolean verify(SourceSession source, LocalStack stack) throws InterruptedException {
    say("catching up");
    TablePatterns patterns = new TablePatterns(TABLES);
    CatchUpWait wait = CatchUpWait.from(source, patterns, stack.state(MIRROR));
    Watch watch = new Watch(stack.control(), MIRROR, out);
    for (int poll = 0; wait.missing().isPresent(); poll++) {
      if (interruption.arrived(100)) {
        return true;
      }
      if (poll % 10 == 9) {
        watch.printChanged();
      }
    }
    say("verifying");
    VerifyReport report =
        new Verification(source, patterns, stack.lake(), stack.state(MIRROR)).run(this::say);
    VerifyText.print(report, out);
    return report.exitCode() == 0;
  }

  private void say(String what) {
    out.println("· " + what);
    out.flush();
  }

  /**
   * Removes the demo's folder. At Ctrl-C the embedded server clears its own part at the same time,
   * so a file that vanishes meanwhile is no failure.
   */
  public static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return vanished(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            if (e != null) {
              return vanished(e);
            }
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }

          private static FileVisitResult vanished(IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
  }
}
