package io.deltamirror.local.cli;

import io.deltamirror.local.demo.Demo;
import io.deltamirror.local.stack.StackOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./mirror demo}: everything on one machine, with a database of its own. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts a PostgreSQL with a sample shop, mirrors it under live traffic and, at the end of"
            + " --duration, verifies the mirror.")
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "traffic for that long (30s, 5m), then verify and end; without it until Ctrl-C")
  private Optional<Duration> duration;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "rows of the largest table (default: 1000000)")
  private long rows;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "where everything goes; kept afterwards (default: a temporary folder, removed)")
  private Optional<Path> dir;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "" + StackOptions.DEFAULT_HTTP_PORT,
      description = "port of the HTTP functions on loopback, 0 for a free one (default: 7071)")
  private int httpPort;

  @Override
  public Integer call() throws Exception {
    Path folder =
        dir.isPresent()
            ? Files.createDirectories(dir.get().toAbsolutePath())
            : Files.createTempDirectory("delta-mirror-demo-");
    LogFile.in(folder);
    // The process ends as soon as the interruption is closed: the folder goes before that.
    try (Interruption interruption = Interruption.await()) {
      try {
        Demo demo = new Demo(folder, rows, httpPort, spec.commandLine().getOut(), interruption);
        return demo.run(duration) ? 0 : 1;
      } finally {
        if (dir.isEmpty()) {
          Demo.remove(folder);
        }
      }
    }
  }
}
