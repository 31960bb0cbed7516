package io.deltamirror.reader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The packaged Delta Mirror as a process of its own, with its own class path: Spark's versions and
 * the mirror's never meet.
 */
final class MirrorProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final Path output;

  private MirrorProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Mirrors until it is closed. */
  static MirrorProcess run(SourceDatabase source, Path lake) throws IOException {
    return start(lake, runArguments(source, lake));
  }

  /**
   * Mirrors until all that was committed before the call is in Delta.
   *
   * @param options further ones of the command line
   */
  static void runUntilCaughtUp(SourceDatabase source, Path lake, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = runArguments(source, lake);
    arguments.add("--until-caught-up");
    arguments.addAll(List.of(options));
    start(lake, arguments).awaitSuccess();
  }

  /** Runs a program, given as source code, with the mirror's libraries. */
  static void runSource(Path code, Path folder) throws IOException, InterruptedException {
    start(folder, List.of(code.toString(), folder.toString())).awaitSuccess();
  }

  private static List<String> runArguments(SourceDatabase source, Path lake) {
    return new ArrayList<>(
        List.of(
            "io.deltamirror.local.cli.MirrorCli",
            "run",
            "--source",
            source.uri(),
            "--lake",
            lake.toString(),
            "--http-port",
            "0"));
  }

  private static MirrorProcess start(Path folder, List<String> arguments) throws IOException {
    Path lib = Path.of(System.getProperty("mirror.lib"));
    if (!Files.isDirectory(lib)) {
      throw new IllegalStateException("package the module 'local' first: there is no " + lib);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", lib + "/*"));
    command.addAll(arguments);
    Path output = Files.createTempFile("mirror-", ".out");
    Process process =
        new ProcessBuilder(command)
            .directory(Files.createDirectories(folder).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new MirrorProcess(process, output);
  }

  private void awaitSuccess() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("still running after " + PATIENCE_SECONDS + " s:\n" + output());
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("exit code " + process.exitValue() + ":\n" + output());
    }
  }

  /** Fails with what it printed when it has ended. */
  void requireRunning() {
    if (!process.isAlive()) {
      throw new AssertionError("exit code " + process.exitValue() + ":\n" + output());
    }
  }

  private String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it in order, as Ctrl-C does. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
