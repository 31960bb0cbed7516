package io.deltamirror.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP/1.1 on loopback, in front of {@link HttpRoutes}. */
final class HttpListener implements Listener {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final int THREADS = 8;

  private final HttpServer server;
  private final ExecutorService threads;
  private final HttpRoutes routes;
  private final int maxBodyBytes;

  private HttpListener(HttpServer server, HttpRoutes routes, int maxBodyBytes) {
    this.server = server;
    this.routes = routes;
    this.maxBodyBytes = maxBodyBytes;
    this.threads = Executors.newFixedThreadPool(THREADS, Workers.named("http"));
  }

  /**
   * Begins to answer.
   *
   * @param port on loopback; 0 for any free one
   * @throws IOException when the port is taken
   */
  static HttpListener start(int port, HttpRoutes routes, int maxBodyBytes) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    HttpListener listener = new HttpListener(server, routes, maxBodyBytes);
    server.createContext("/", listener::handle);
    server.setExecutor(listener.threads);
    server.start();
    return listener;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      send(exchange, answer(exchange));
    } catch (IOException e) {
      LOG.debug("A caller has gone", e);
    } catch (RuntimeException e) {
      LOG.error("A request could not be answered", e);
    }
  }

  private HttpResponseMessage answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(maxBodyBytes + 1);
    if (body.length > maxBodyBytes) {
      return HttpRoutes.problem(
          HttpStatus.PAYLOAD_TOO_LARGE, "A body has at most " + maxBodyBytes + " bytes.");
    }
    try {
      return routes.answer(request(exchange, body));
    } catch (IllegalArgumentException e) {
      return HttpRoutes.problem(HttpStatus.BAD_REQUEST, "The request is not well-formed.");
    }
  }

  /**
   * The request as functions see it.
   *
   * @throws IllegalArgumentException when it is not well-formed
   */
  private LocalRequest request(HttpExchange exchange, byte[] body) {
    Map<String, String> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    String host = headers.getOrDefault("host", "127.0.0.1:" + port());
    return new LocalRequest(
        URI.create("http://" + host + exchange.getRequestURI()),
        HttpMethod.value(exchange.getRequestMethod()),
        headers,
        body.length == 0
            ? Optional.empty()
            : Optional.of(new String(body, StandardCharsets.UTF_8)));
  }

  private static void send(HttpExchange exchange, HttpResponseMessage answer) throws IOException {
    LocalResponse response = (LocalResponse) answer;
    response.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = response.bytes();
    // The server's -1 is an answer without a body, its 0 one of unknown length.
    exchange.sendResponseHeaders(response.getStatusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void end(Duration timeout) {
    // Its own stop() always waits for the whole time on JDK 17, so the threads are waited for.
    Workers.end(threads, timeout);
    server.stop(0);
  }
}
