package io.deltamirror.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A part of the mirror as a process of its own that is told nothing but environment variables, and
 * inherits none.
 */
final class ServiceProcess implements AutoCloseable {
  private static final Pattern FUNCTIONS_URL = Pattern.compile("Functions on (http://\\S+)");

  private final Process process;
  private final Path log;

  private ServiceProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param log takes what it prints; what is there stays
   */
  static ServiceProcess start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    Path nowhere = Files.createDirectories(log.resolveSibling("working-directory"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(nowhere.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    // None outlives the test, also when that is killed.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new ServiceProcess(process, log);
  }

  /** Where the functions of the process answer. */
  String functionsUrl() {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              assertThat(process.isAlive()).as(this::printed).isTrue();
              Matcher said = FUNCTIONS_URL.matcher(printed());
              return said.find() ? said.group(1) : "";
            },
            url -> !url.isEmpty());
  }

  /** Whether it has ended within the time. */
  boolean ends(Duration within) throws InterruptedException {
    return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean isRunning() {
    return process.isAlive();
  }

  int exitCode() {
    return process.exitValue();
  }

  String printed() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  /** Ends it as a container's host does, with time to finish. */
  void stop() throws InterruptedException {
    process.destroy();
    assertThat(ends(Duration.ofMinutes(1))).as(this::printed).isTrue();
  }

  /** SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
