package io.deltamirror.local.cli;

import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.source.Preflight;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.local.cli.Options.LakeOptions;
import io.deltamirror.local.cli.Options.SourceOptions;
import io.deltamirror.local.cli.Options.TypesOptions;
import io.deltamirror.local.stack.CatchUpWait;
import io.deltamirror.local.stack.LocalStack;
import io.deltamirror.local.stack.StackOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./mirror run}: mirrors a PostgreSQL database, all parts in this process. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Mirrors a PostgreSQL database into Delta tables, all parts in one process.",
    footer = {
      "",
      "The password comes from PGPASSWORD, ~/.pgpass or the variable that --password-env names.",
      "Run again with the same folders it goes on where it was, also after kill -9."
    })
final class RunCommand implements Callable<Integer> {
  private static final long TICK_MILLIS = 1_000;
  private static final long POLL_MILLIS = 100;

  @Mixin private SourceOptions source;
  @Mixin private LakeOptions lake;
  @Mixin private TypesOptions types;
  @Spec private CommandSpec spec;

  @Option(
      names = "--until-caught-up",
      description = "end once everything committed before the start is in Delta")
  private boolean untilCaughtUp;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "" + StackOptions.DEFAULT_HTTP_PORT,
      description = "port of the HTTP functions on loopback, 0 for a free one (default: 7071)")
  private int httpPort;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = StatusCommand.DEFAULT_MIRROR,
      description = "name of the mirror (default: mirror)")
  private String name;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path state = lake.state();
    Path log = LogFile.in(state);
    MirrorDefinition definition =
        new MirrorDefinition(name, source.source(), source.tables(), types.types());
    EnvironmentPasswords passwords = EnvironmentPasswords.ofProcess();
    SourceSession session = new SourceSession(definition.source(), passwords);
    TablePatterns patterns = new TablePatterns(definition.tables());
    new Preflight(session, SourceNames.of(name))
        .require(patterns)
        .forEach(finding -> out.println("! " + finding.code() + ": " + finding.message()));

    new StateFolder(lake.lake()).remember(state);
    StackOptions options = StackOptions.of(lake.lake(), state, httpPort);
    try (Interruption interruption = Interruption.await();
        LocalStack stack = LocalStack.start(options, passwords)) {
      stack.control().define(definition);
      stack.control().start(name);
      out.println("Mirroring " + definition.source().database() + " as '" + name + "'");
      out.println("  Delta tables  " + lake.lake().toAbsolutePath().resolve("Tables"));
      out.println("  HTTP          " + stack.statusUrl(name));
      out.println("  log           " + log);
      out.flush();
      Watch watch = new Watch(stack.control(), name, out);
      if (!untilCaughtUp) {
        while (!interruption.arrived(TICK_MILLIS)) {
          watch.printChanged();
        }
        out.println("Stopping …");
        return 0;
      }
      return catchUp(stack, session, patterns, watch, interruption, out);
    }
  }

  private int catchUp(
      LocalStack stack,
      SourceSession session,
      TablePatterns patterns,
      Watch watch,
      Interruption interruption,
      PrintWriter out) {
    MirrorState state = stack.state(name);
    CatchUpWait wait = CatchUpWait.from(session, patterns, state);
    long nextTick = System.nanoTime();
    Optional<String> missing = wait.missing();
    while (missing.isPresent()) {
      if (interruption.arrived(POLL_MILLIS)) {
        out.println("Stopped; still missing: " + missing.get());
        return Failures.COULD_NOT;
      }
      if (System.nanoTime() - nextTick >= 0) {
        watch.printChanged();
        nextTick += TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
      }
      missing = wait.missing();
    }
    watch.printChanged();
    long failed =
        Watch.tables(stack.control(), name).stream()
            .filter(table -> table.status() == TableStatus.FAILED)
            .count();
    out.println("caught up" + (failed > 0 ? "; " + failed + " tables are not mirrored" : ""));
    out.flush();
    return state.tables().list("table:").stream()
            .anyMatch(table -> table.status() == TableStatus.FAILED && table.seed() > 0)
        ? 1
        : 0;
  }
}
