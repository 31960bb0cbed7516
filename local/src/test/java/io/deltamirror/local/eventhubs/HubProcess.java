package io.deltamirror.local.eventhubs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Local event hubs in a process of their own, so that a test can kill it. */
final class HubProcess implements AutoCloseable {
  private final Process process;
  private final String connectionString;

  private HubProcess(Process process, String connectionString) {
    this.process = process;
    this.connectionString = connectionString;
  }

  /** Serves a hub {@code changes} of one partition. */
  static HubProcess start(Path directory) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    HubProcess.class.getName(),
                    directory.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String connectionString = out.readLine();
    if (connectionString == null) {
      throw new IOException("The process ended before it served");
    }
    return new HubProcess(process, connectionString);
  }

  public static void main(String[] args) throws Exception {
    LocalEventHubs hubs =
        LocalEventHubs.start(LocalEventHubsOptions.in(Path.of(args[0])).withHub("changes", 1));
    System.out.println(hubs.connectionString());
    Thread.currentThread().join(); // until it is killed
  }

  String connectionString() {
    return connectionString;
  }

  /** SIGKILL: no shutdown hook, no buffer of the process is written. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
