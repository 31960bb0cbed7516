package io.deltamirror.local.cli;

import io.deltamirror.core.source.EnvironmentPasswords;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.cli.Options.LakeOptions;
import io.deltamirror.local.cli.Options.SourceOptions;
import io.deltamirror.local.stack.LocalStack;
import io.deltamirror.local.stack.Verification;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./mirror verify}: the proof that source and mirror are equal. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Compares source and mirror: rows, keys and every column of every row.",
    footer = {"", "Exit codes: 0 equal, 1 different, 2 cannot tell."})
final class VerifyCommand implements Callable<Integer> {
  @Mixin private SourceOptions source;
  @Mixin private LakeOptions lake;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "as JSON")
  private boolean json;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = StatusCommand.DEFAULT_MIRROR,
      description = "name of the mirror (default: mirror)")
  private String name;

  @Override
  public Integer call() throws Exception {
    LogFile.warnings();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    SourceSession session = new SourceSession(source.source(), EnvironmentPasswords.ofProcess());
    try (MirrorStore store = new SqliteMirrorStore(LocalStack.stateFile(lake.state()))) {
      MirrorState mirror = new MirrorState(store, name);
      List<String> defined = mirror.definition().map(MirrorDefinition::tables).orElseGet(List::of);
      TablePatterns patterns =
          new TablePatterns(source.tables().isEmpty() ? defined : source.tables());
      VerifyReport report =
          new Verification(session, patterns, new LocalLakeStorage(lake.lake()), mirror)
              .run(
                  what -> {
                    err.println("· " + what);
                    err.flush();
                  });
      if (json) {
        out.println(report.json());
        out.flush();
      } else {
        VerifyText.print(report, out);
      }
      return report.exitCode();
    }
  }
}
