package io.deltamirror.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * {@code GET /health} on the loopback address: 200 while every mirror that this process owns has
 * made progress lately, and every one that it stands by for has been looked at, else 503; the body
 * tells each one's role and for how long it was silent.
 */
public final class HealthEndpoint implements AutoCloseable {
  /** Several heartbeats, and the longest pause between two starts. */
  private static final Duration LATELY = Duration.ofSeconds(90);

  private final Supplier<Map<String, WorkerHealth>> mirrors;
  private final HttpServer server;

  /** A mirror as the answer has it. */
  private record Entry(WorkerHealth.Role role, long silentSeconds) {}

  /**
   * Listens at once.
   *
   * @param port 0 for any that is free
   * @param mirrors how this process stands with each mirror
   */
  public HealthEndpoint(int port, Supplier<Map<String, WorkerHealth>> mirrors) throws IOException {
    this.mirrors = mirrors;
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
      Map<String, Entry> entries = new TreeMap<>();
      boolean healthy = true;
      for (Map.Entry<String, WorkerHealth> mirror : mirrors.get().entrySet()) {
        WorkerHealth health = mirror.getValue();
        healthy &= health.silence().compareTo(LATELY) <= 0;
        entries.put(mirror.getKey(), new Entry(health.role(), health.silence().toSeconds()));
      }
      byte[] body =
          Json.mapper()
              .writeValueAsBytes(
                  Map.of("status", healthy ? "healthy" : "stalled", "mirrors", entries));
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
