package io.deltamirror.core.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeader;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * The JDK's HTTP client under the SDK, with every answer read whole, within a bound of bytes and of
 * time: the SDK's own clients take what a broken or malicious server sends for as long as it sends.
 * Redirects are not followed. Thread-safe.
 */
public final class BoundedHttpClient implements HttpClient {
  /** The JDK's client sets these itself and refuses to be told. */
  private static final Set<String> OWN = Set.of("connection", "content-length", "expect", "host");

  private final java.net.http.HttpClient client;

  /** Seconds that the JDK keeps an idle connection: 20 minutes or so, unless it is told. */
  private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";

  static {
    // Azure's load balancers forget silent connections after a few minutes, without a word.
    if (System.getProperty(KEEP_ALIVE) == null) {
      System.setProperty(KEEP_ALIVE, "60");
    }
  }

  private final StorageLimits limits;

  public BoundedHttpClient(StorageLimits limits) {
    this.limits = limits;
    this.client =
        java.net.http.HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(limits.connectTime())
            .build();
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request) {
    return send(request, Context.NONE);
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request, Context context) {
    return Mono.fromCallable(() -> sendSync(request, context));
  }

  @Override
  public HttpResponse sendSync(HttpRequest request, Context context) {
    try {
      java.net.http.HttpResponse<InputStream> response =
          client.send(translated(request), BodyHandlers.ofInputStream());
      HttpHeaders headers = new HttpHeaders();
      response
          .headers()
          .map()
          .forEach((name, values) -> headers.set(HttpHeaderName.fromString(name), values));
      try (InputStream body = response.body()) {
        return new BufferedAnswer(request, response.statusCode(), headers, read(body));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while storage was asked", e);
    }
  }

  private java.net.http.HttpRequest translated(HttpRequest request) {
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.getUrl().toString()))
            .timeout(limits.answerTime());
    for (HttpHeader header : request.getHeaders()) {
      if (!OWN.contains(header.getName().toLowerCase(Locale.ROOT))) {
        header.getValuesList().forEach(value -> builder.header(header.getName(), value));
      }
    }
    BinaryData body = request.getBodyAsBinaryData();
    BodyPublisher content =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.toBytes());
    return builder.method(request.getHttpMethod().toString(), content).build();
  }

  /** Closes the connection when the answer takes too long, which ends a read that waits for it. */
  private byte[] read(InputStream body) throws IOException {
    CompletableFuture<Void> late =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, limits.answerTime().toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<Void> closed = late.thenRun(() -> close(body));
    try {
      return readBounded(body);
    } catch (IOException e) {
      throw closed.isDone() && !(e instanceof AnswerRefusedException) ? tooLate(e) : e;
    } finally {
      late.cancel(false);
    }
  }

  private byte[] readBounded(InputStream body) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] piece = new byte[16 << 10];
    for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
      if (read.size() + n > limits.answerBytes()) {
        throw new AnswerRefusedException("an answer of more than " + limits.answerBytes());
      }
      read.write(piece, 0, n);
    }
    return read.toByteArray();
  }

  private IOException tooLate(IOException cause) {
    IOException late = new HttpTimeoutException("an answer of more than " + limits.answerTime());
    late.initCause(cause);
    return late;
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
