package io.deltamirror.local.cli;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.storage.StorageErrors;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What a person sees when a command fails: code, what happened, what to do. */
final class Failures implements IExecutionExceptionHandler {
  /** A command could not do what it was asked. */
  static final int COULD_NOT = 2;

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result)
      throws Exception {
    PrintWriter err = command.getErr();
    if (e instanceof MirrorException known) {
      print(known, err);
      return COULD_NOT;
    }
    if (e instanceof IOException io) {
      print(StorageErrors.of("a file cannot be read or written", io), err);
      return COULD_NOT;
    }
    throw e;
  }

  static void print(MirrorException e, PrintWriter err) {
    err.println("mirror: " + e.code() + ": " + e.getMessage());
    err.println("  " + e.code().summary());
    err.println("  What to do: " + e.code().remedy());
    err.flush();
  }
}
