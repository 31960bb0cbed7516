package io.deltamirror.local.cli;

import java.io.StringWriter;
import picocli.CommandLine;

/** A command run in this process, and what it printed. */
public record Commands(int exitCode, String out, String err) {
  public static Commands run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = MirrorCli.commandLine(out, err);
    int exitCode = commandLine.execute(arguments);
    return new Commands(exitCode, out.toString(), err.toString());
  }
}
