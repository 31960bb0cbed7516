package io.deltamirror.local.host;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs functions on this machine as Azure Functions runs them, from their classes' annotations or
 * from a packaged app: hubs, timers, and HTTP on loopback. What it cannot run as the service would,
 * it refuses at the start.
 *
 * <p>An event is delivered at least once. A partition has one invocation at a time; partitions,
 * timers and requests are served in parallel. Every invocation is on an instance of its own.
 * Thread-safe.
 */
public final class LocalFunctionHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFunctionHost.class);

  private final StopSignal stop = new StopSignal();
  private final List<Listener> listeners = new ArrayList<>();
  private final HostOptions options;
  private final HttpListener http;

  private LocalFunctionHost(HostOptions options, HttpListener http) {
    this.options = options;
    this.http = http;
    listeners.add(http);
  }

  /**
   * Starts all functions of the classes.
   *
   * @param instances makes an instance for each invocation
   * @throws IllegalArgumentException for a binding or setting that this host does not have
   * @throws io.deltamirror.core.MirrorException {@code INVALID_ARGUMENT} when an app setting is
   *     missing, {@code HUB_UNAVAILABLE} when a hub does not answer
   * @throws IOException when the HTTP port is taken
   */
  public static LocalFunctionHost start(
      HostOptions options, Collection<Class<?>> types, FunctionInstanceInjector instances)
      throws IOException {
    AppSettings settings = new AppSettings(options.settings());
    return start(
        options,
        types.stream()
            .flatMap(
                type -> FunctionDefinition.of(type, options.configuration(), settings).stream())
            .map(definition -> new Function(definition, instances))
            .toList());
  }

  /**
   * Starts all functions of a packaged app, as its {@code function.json} files say.
   *
   * @throws IllegalArgumentException for a binding or setting that this host does not have
   * @throws io.deltamirror.core.MirrorException as above
   * @throws IOException when the app cannot be read or the HTTP port is taken
   */
  public static LocalFunctionHost start(HostOptions options, PackagedApp app) throws IOException {
    AppSettings settings = new AppSettings(options.settings());
    return start(
        options,
        app.functions(options.configuration(), settings).stream()
            .map(definition -> new Function(definition, app.instances()))
            .toList());
  }

  private static LocalFunctionHost start(HostOptions options, List<Function> functions)
      throws IOException {
    checkNames(functions);
    HttpRoutes routes = new HttpRoutes(functions, options.functionKey());
    HttpListener http = HttpListener.start(options.httpPort(), routes, options.maxBodyBytes());
    LocalFunctionHost host = new LocalFunctionHost(options, http);
    try {
      functions.forEach(host::listen);
      return host;
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  private static void checkNames(List<Function> functions) {
    Set<String> names = new HashSet<>();
    for (Function function : functions) {
      if (!names.add(function.definition().name())) {
        throw new IllegalArgumentException("two functions " + function.definition().name());
      }
    }
  }

  private void listen(Function function) {
    Trigger trigger = function.definition().trigger();
    if (trigger instanceof Trigger.Hub hub) {
      listeners.add(HubListener.start(function, hub, options, stop));
    } else if (trigger instanceof Trigger.Timer timer) {
      listeners.add(TimerListener.start(function, timer.schedule(), Clock.systemUTC(), stop));
    }
    LOG.info("Function {}: {}", function.definition().name(), trigger);
  }

  /** The port of HTTP on loopback. */
  public int httpPort() {
    return http.port();
  }

  /**
   * Begins nothing new, waits for running invocations as long as the options say, and interrupts
   * what is left; the events of those come again.
   */
  @Override
  public void close() {
    stop.raise();
    long deadline = System.nanoTime() + options.shutdownTimeout().toNanos();
    for (Listener listener : listeners) {
      listener.end(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }
}
