package io.deltamirror.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./mirror} as a process of its own, as people run it. */
final class MirrorProcess {
  private final Process process;
  private final Path output;

  private MirrorProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static MirrorProcess start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MirrorCli.class.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(folder, "mirror-", ".out");
    return new MirrorProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start(),
        output);
  }

  /** SIGKILL: nothing of it runs any more when this returns. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Its exit code; kills it and fails when it takes longer. */
  int await(long seconds) throws InterruptedException, IOException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("still running after " + seconds + " s:\n" + output());
    }
    return process.exitValue();
  }

  /** What it printed so far. */
  String output() throws IOException {
    return Files.readString(output);
  }
}
