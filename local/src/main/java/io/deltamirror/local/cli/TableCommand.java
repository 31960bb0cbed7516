package io.deltamirror.local.cli;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.local.cli.Options.AccessOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that asks for something to be done to one table. */
abstract class TableCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private AccessOptions access;

  @Parameters(paramLabel = "TABLE", description = "schema.table, or a table of schema public")
  private String table;

  /** Asks for it; returns what is to be said of the table then. */
  abstract String ask(MirrorAccess mirror, TableName name) throws IOException, InterruptedException;

  @Override
  public final Integer call() throws IOException, InterruptedException {
    LogFile.warnings();
    try (MirrorAccess mirror = access.open()) {
      TableName name = AccessOptions.table(mirror, table);
      String said = ask(mirror, name);
      spec.commandLine().getOut().println(name + " " + said);
    }
    return 0;
  }
}
