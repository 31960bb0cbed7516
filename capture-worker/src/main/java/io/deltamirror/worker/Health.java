package io.deltamirror.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the worker does its work: {@code GET /health} on loopback answers 200 when the worker
 * looked after its mirrors lately, else 503. Thread-safe.
 *
 * <p>A mirror that cannot run, as its source is away, is no reason to restart the worker: it is
 * listed, and the answer stays 200.
 */
public final class Health implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final String SUPERVISOR = "";

  private final Map<String, Long> lastNanos = new ConcurrentHashMap<>();
  private final HttpServer server;

  private Health(HttpServer server) {
    this.server = server;
  }

  static Health start(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 8);
    Health health = new Health(server);
    server.createContext("/health", health::answer);
    server.start();
    return health;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The mirror's stream runs. */
  void alive(String mirror) {
    lastNanos.put(mirror, System.nanoTime());
  }

  /** The worker looks after its mirrors. */
  void supervising() {
    alive(SUPERVISOR);
  }

  /** The mirror is not wanted any more. */
  void forget(String mirror) {
    lastNanos.remove(mirror);
  }

  private boolean recent(String name) {
    Long last = lastNanos.get(name);
    return last != null && System.nanoTime() - last < SILENCE.toNanos();
  }

  private void answer(HttpExchange exchange) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean healthy = recent(SUPERVISOR);
    text.append(healthy ? "ok" : "the worker does not look after its mirrors").append('\n');
    lastNanos.keySet().stream()
        .filter(name -> !name.equals(SUPERVISOR))
        .sorted()
        .forEach(name -> text.append(name).append(recent(name) ? ": ok\n" : ": not running\n"));
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(healthy ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
