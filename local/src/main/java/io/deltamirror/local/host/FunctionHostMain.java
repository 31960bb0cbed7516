package io.deltamirror.local.host;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A packaged function app as a process of its own, where the service's host cannot be had. All
 * settings are environment variables, which the app sees too:
 *
 * <ul>
 *   <li>{@code AzureWebJobsScriptRoot}: folder of the app, as for the service's host
 *   <li>{@code MIRROR_HOST_CHECKPOINTS}: folder of the hubs' checkpoints
 *   <li>{@code MIRROR_HOST_PORT}: of HTTP on loopback (7071); 0 for any free one
 * </ul>
 */
public final class FunctionHostMain {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionHostMain.class);
  private static final int DEFAULT_PORT = 7071;
  private static final int BUFFER_BYTES = 8 << 20;
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final Duration SHUTDOWN = Duration.ofSeconds(30);

  private FunctionHostMain() {}

  /** Takes no arguments. Ends with 2 when a setting is wrong or the app cannot be read. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      run(System.getenv());
    } catch (MirrorException e) {
      LOG.error("{}: {} {}", e.code(), e.getMessage(), e.code().remedy());
      System.exit(2);
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("the app cannot be run", e);
      System.exit(2);
    }
  }

  private static void run(Map<String, String> environment)
      throws IOException, InterruptedException {
    AppSettings settings = new AppSettings(environment);
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (PackagedApp app = PackagedApp.open(Path.of(settings.required("AzureWebJobsScriptRoot")));
        LocalFunctionHost host = LocalFunctionHost.start(options(app, settings), app)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ended, closed)));
      System.out.println("Functions on http://localhost:" + host.httpPort());
      ended.await();
    } finally {
      closed.countDown();
    }
  }

  private static HostOptions options(PackagedApp app, AppSettings settings) {
    return new HostOptions(
        app.configuration(),
        settings.values(),
        Path.of(settings.required("MIRROR_HOST_CHECKPOINTS")),
        port(settings.values().getOrDefault("MIRROR_HOST_PORT", "" + DEFAULT_PORT)),
        Optional.empty(),
        BUFFER_BYTES,
        MAX_BODY_BYTES,
        SHUTDOWN);
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "MIRROR_HOST_PORT is not a number: " + text, e);
    }
  }

  /** The process lives on until all is closed. */
  private static void end(CountDownLatch ended, CountDownLatch closed) {
    ended.countDown();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
