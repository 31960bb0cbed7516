package io.deltamirror.local.cli;

import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code ./mirror}. */
@Command(
    name = "mirror",
    mixinStandardHelpOptions = true,
    version = "Delta Mirror 0.1.0",
    description = "Keeps a continuously replicated Delta Lake copy of a PostgreSQL database.",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      VerifyCommand.class,
      StatusCommand.class,
      DeadLettersCommand.class,
      ResumeCommand.class,
      ReseedCommand.class,
      GrantsCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ./mirror demo --duration 30s",
      "  ./mirror run --source postgresql://reader@db.example:5432/shop --lake /data/lake",
      "  ./mirror verify --source postgresql://reader@db.example:5432/shop --lake /data/lake",
      "",
      "Exit codes: 0 done, 1 differences or a failed table, 2 could not be done."
    })
public final class MirrorCli {
  private MirrorCli() {}

  public static void main(String[] args) {
    CommandLine commandLine =
        commandLine(
            new OutputStreamWriter(System.out, Charset.defaultCharset()),
            new OutputStreamWriter(System.err, Charset.defaultCharset()));
    System.exit(commandLine.execute(args));
  }

  static CommandLine commandLine(Writer out, Writer err) {
    return new CommandLine(new MirrorCli())
        .setOut(PrintableWriter.to(out))
        .setErr(PrintableWriter.to(err))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExecutionExceptionHandler(new Failures())
        .setExitCodeExceptionMapper(unexpected -> Failures.COULD_NOT) // 1 says "different"
        .registerConverter(java.time.Duration.class, DurationText::parse)
        .setUsageHelpWidth(100);
  }
}
