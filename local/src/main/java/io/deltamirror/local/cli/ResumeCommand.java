package io.deltamirror.local.cli;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.local.cli.Options.AccessOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mirror resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description =
        "Lets a failed table go on, once its cause is mended: what waits for it is applied in order.",
    footer = {"", "Example:", "  ./mirror resume public.orders --lake /data/lake"})
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private AccessOptions access;

  @Parameters(paramLabel = "TABLE", description = "schema.table, or a table of schema public")
  private String table;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogFile.warnings();
    try (MirrorAccess mirror = access.open()) {
      TableName name = AccessOptions.table(mirror, table);
      mirror.resume(name);
      spec.commandLine().getOut().println(name + " is to be resumed");
    }
    return 0;
  }
}
