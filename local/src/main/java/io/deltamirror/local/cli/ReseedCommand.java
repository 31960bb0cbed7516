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

/** {@code ./mirror reseed}. */
@Command(
    name = "reseed",
    mixinStandardHelpOptions = true,
    description = "Copies a table anew. What is readable stays so until the copy is there.",
    footer = {"", "Example:", "  ./mirror reseed public.orders --lake /data/lake"})
final class ReseedCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private AccessOptions access;

  @Parameters(paramLabel = "TABLE", description = "schema.table, or a table of schema public")
  private String table;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogFile.warnings();
    try (MirrorAccess mirror = access.open()) {
      TableName name = AccessOptions.table(mirror, table);
      mirror.reseed(name);
      spec.commandLine().getOut().println(name + " is to be reseeded");
    }
    return 0;
  }
}
