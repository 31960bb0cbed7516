package io.deltamirror.core.azurite;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Stands between the SDK and Azurite and bends what passes: it refuses, drops, delays, swallows
 * answers, or makes up its own. Thread-safe.
 */
public final class BentStorage implements AutoCloseable {
  /** Headers of a request that the client sets itself. */
  private static final Set<String> OWN =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

  private final String target;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Planned> planned = new CopyOnWriteArrayList<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Starts it.
   *
   * @param target what it stands before, {@code http://127.0.0.1:<port>}
   */
  public BentStorage(String target) {
    this.target = target;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** What happens to a request instead of being answered. */
  public interface Fault {
    void act(Request request) throws IOException;
  }

  private static final class Planned {
    private final Predicate<String> which;
    private final Fault fault;
    private int times;

    Planned(Predicate<String> which, int times, Fault fault) {
      this.which = which;
      this.times = times;
      this.fault = fault;
    }

    synchronized boolean takes(String request) {
      return times > 0 && which.test(request) && times-- > 0;
    }
  }

  /** {@code http://127.0.0.1:<port>}. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Bends requests.
   *
   * @param which by method, path and query: {@code PUT /account/…?…}
   * @param times how many of them
   */
  public void bend(Predicate<String> which, int times, Fault fault) {
    planned.add(new Planned(which, times, fault));
  }

  /** As {@link #bend(Predicate, int, Fault)}, the next request with this method. */
  public void bendNext(String method, Fault fault) {
    bend(request -> request.startsWith(method + " "), 1, fault);
  }

  /** All requests so far: method, path and query. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  private void serve(HttpExchange exchange) throws IOException {
    Request request = new Request(exchange, exchange.getRequestBody().readAllBytes());
    seen.add(request.line());
    try {
      for (Planned one : planned) {
        if (one.takes(request.line())) {
          one.fault.act(request);
          return;
        }
      }
      request.pass();
    } finally {
      exchange.close();
    }
  }

  /** A request on its way. */
  public final class Request {
    private final HttpExchange exchange;
    private final byte[] body;

    private Request(HttpExchange exchange, byte[] body) {
      this.exchange = exchange;
      this.body = body;
    }

    /** Method, path and query. */
    public String line() {
      return exchange.getRequestMethod() + " " + exchange.getRequestURI();
    }

    /** Sends it on; the answer stays here. */
    public HttpResponse<byte[]> forward() throws IOException {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> builder.header(name, value));
                }
              });
      try {
        return client.send(
            builder.method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body)).build(),
            BodyHandlers.ofByteArray());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    /** Sends it on, and the answer back. */
    public void pass() throws IOException {
      HttpResponse<byte[]> answer = forward();
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      if (exchange.getRequestMethod().equals("HEAD")) {
        answer
            .headers()
            .firstValue("content-length")
            .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      }
      boolean empty = answer.body().length == 0;
      exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }

    /** Answers with this. */
    public void answer(int status, Map<String, String> headers, byte[] content) throws IOException {
      headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      if (content.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content);
    }

    /** Announces more bytes than it sends. */
    public void breakOff(int status, Map<String, String> headers, int announced)
        throws IOException {
      headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.sendResponseHeaders(status, announced);
      exchange.getResponseBody().write(new byte[announced / 2]);
    }

    /** Sends bytes without end, as fast as they are taken or one now and then. */
    public void pour(int status, Map<String, String> headers, Iterator<byte[]> pieces)
        throws IOException {
      headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.sendResponseHeaders(status, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        while (pieces.hasNext()) {
          out.write(pieces.next());
          out.flush();
        }
      }
    }
  }

  /** The service's refusal with a status and its own error code. */
  public static Fault status(int status, String code) {
    String xml =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code></Error>".formatted(code);
    return request ->
        request.answer(
            status,
            Map.of("x-ms-error-code", code, "Content-Type", "application/xml"),
            xml.getBytes(StandardCharsets.UTF_8));
  }

  /** The connection ends before the request reaches the service. */
  public static Fault drop() {
    return request -> {};
  }

  /** The service does what was asked, and nobody hears of it. */
  public static Fault swallow() {
    return Request::forward;
  }

  /** As {@link #swallow}; then something else happens, before anyone asks again. */
  public static Fault swallowThen(Runnable event) {
    return request -> {
      request.forward();
      event.run();
    };
  }

  /** No answer until this ends. */
  public Fault hang() {
    return request -> {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
