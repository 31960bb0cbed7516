package io.deltamirror.core.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.io.UncheckedIOException;
import java.util.Locale;
import reactor.core.publisher.Mono;

/**
 * Lets through what is JSON. The SDK's client of Table storage takes anything else for XML, as
 * proxies and the service's own front end answer with, and ends in a {@link LinkageError} for want
 * of a parser: so a failure keeps its status alone, and a success is refused. Thread-safe.
 */
public final class JsonHttpClient implements HttpClient {
  private static final String JSON = "application/json";

  private final HttpClient client;

  public JsonHttpClient(HttpClient client) {
    this.client = client;
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
    HttpResponse response = client.sendSync(request, context);
    String type = response.getHeaders().getValue(HttpHeaderName.CONTENT_TYPE);
    if (type != null && type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
      return response;
    }
    if (response.getStatusCode() < 300 && response.getBodyAsBinaryData().getLength() > 0) {
      throw new UncheckedIOException(new AnswerRefusedException("an answer that is not JSON"));
    }
    HttpHeaders headers =
        new HttpHeaders(response.getHeaders()).set(HttpHeaderName.CONTENT_TYPE, JSON);
    return new BufferedAnswer(request, response.getStatusCode(), headers, new byte[0]);
  }
}
