package io.deltamirror.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * {@code GET /health} on the loopback address: 200 while every running mirror has made progress
 * lately, else 503; the body says when each did.
 */
public final class HealthEndpoint implements AutoCloseable {
  /** Several heartbeats, and the longest pause between two starts. */
  private static final Duration LATELY = Duration.ofSeconds(90);

  private final Supplier<Map<String, Instant>> progress;
  private final Clock clock;
  private final HttpServer server;

  /**
   * Listens at once.
   *
   * @param port 0 for any that is free
   * @param progress when each running mirror last made progress
   */
  public HealthEndpoint(int port, Supplier<Map<String, Instant>> progress, Clock clock)
      throws IOException {
    this.progress = progress;
    this.clock = clock;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/health", this::answer);
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, Instant> mirrors = new TreeMap<>(progress.get());
      Instant oldest = clock.instant().minus(LATELY);
      boolean healthy = mirrors.values().stream().noneMatch(at -> at.isBefore(oldest));
      byte[] body =
          Json.mapper()
              .writeValueAsBytes(
                  Map.of("status", healthy ? "healthy" : "stalled", "progress", mirrors));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(healthy ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
