package io.deltamirror.functions;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request as the worker would hand it in; its answers are {@link Answer}s. */
record Request(URI getUri, Map<String, String> getQueryParameters)
    implements HttpRequestMessage<Optional<String>> {

  record Answer(HttpStatusType getStatus, Map<String, String> headers, String getBody)
      implements HttpResponseMessage {
    @Override
    public String getHeader(String name) {
      return headers.get(name);
    }
  }

  @Override
  public HttpMethod getHttpMethod() {
    return HttpMethod.POST;
  }

  @Override
  public Map<String, String> getHeaders() {
    return Map.of();
  }

  @Override
  public Optional<String> getBody() {
    return Optional.empty();
  }

  @Override
  public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
    return createResponseBuilder((HttpStatusType) status);
  }

  @Override
  public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
    return new AnswerBuilder(status);
  }

  private static final class AnswerBuilder implements HttpResponseMessage.Builder {
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private HttpStatusType status;
    private String body;

    private AnswerBuilder(HttpStatusType status) {
      this.status = status;
    }

    @Override
    public HttpResponseMessage.Builder status(HttpStatusType next) {
      status = next;
      return this;
    }

    @Override
    public HttpResponseMessage.Builder header(String key, String value) {
      headers.put(key, value);
      return this;
    }

    @Override
    public HttpResponseMessage.Builder body(Object next) {
      body = (String) next;
      return this;
    }

    @Override
    public HttpResponseMessage build() {
      return new Answer(status, headers, body);
    }
  }
}
