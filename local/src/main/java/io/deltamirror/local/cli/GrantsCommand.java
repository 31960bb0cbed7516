package io.deltamirror.local.cli;

import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.source.Grants;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.local.cli.Options.SourceOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./mirror grants}: the SQL of a role with just the rights that a mirror needs. */
@Command(
    name = "grants",
    mixinStandardHelpOptions = true,
    description =
        "Prints the SQL that makes a least-privilege role for a mirror; an administrator runs it.")
final class GrantsCommand implements Callable<Integer> {
  @Mixin private SourceOptions source;
  @Spec private CommandSpec spec;

  @Option(
      names = "--role",
      paramLabel = "NAME",
      defaultValue = "delta_mirror",
      description = "the role to make (default: delta_mirror)")
  private String role;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = StatusCommand.DEFAULT_MIRROR,
      description = "name of the mirror (default: mirror)")
  private String name;

  @Override
  public Integer call() throws SQLException {
    LogFile.warnings();
    Source database = source.source();
    TablePatterns patterns = new TablePatterns(source.tables());
    PrintWriter out = spec.commandLine().getOut();
    try (Connection connection =
        new SourceSession(database, EnvironmentPasswords.ofProcess()).open()) {
      List<SourceTable> tables =
          new Catalog(connection)
              .tables().stream().filter(t -> patterns.matches(t.schema().name())).toList();
      int version = connection.getMetaData().getDatabaseMajorVersion();
      new Grants(role, database.database(), SourceNames.of(name), version)
          .statements(tables)
          .forEach(
              statement -> out.println(statement.startsWith("--") ? statement : statement + ";"));
    }
    out.flush();
    return 0;
  }
}
