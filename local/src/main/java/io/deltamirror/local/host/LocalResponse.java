package io.deltamirror.local.host;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import io.deltamirror.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An HTTP answer.
 *
 * @param headers in either case
 * @param body text, bytes, or a value that is written as JSON
 */
record LocalResponse(HttpStatusType status, Map<String, String> headers, Optional<Object> body)
    implements HttpResponseMessage {

  @Override
  public HttpStatusType getStatus() {
    return status;
  }

  @Override
  public String getHeader(String name) {
    return headers.get(name);
  }

  @Override
  public Object getBody() {
    return body.orElse(null);
  }

  byte[] bytes() {
    Object content = body.orElse("");
    if (content instanceof byte[] bytes) {
      return bytes;
    }
    String text = content instanceof String given ? given : Json.write(content);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Collects an answer; not thread-safe. */
  static final class Builder implements HttpResponseMessage.Builder {
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private HttpStatusType status;
    private Optional<Object> body = Optional.empty();

    Builder(HttpStatusType status) {
      this.status = status;
    }

    @Override
    public Builder status(HttpStatusType next) {
      status = next;
      return this;
    }

    @Override
    public Builder header(String key, String value) {
      headers.put(key, value);
      return this;
    }

    @Override
    public Builder body(Object next) {
      body = Optional.ofNullable(next);
      return this;
    }

    @Override
    public LocalResponse build() {
      return new LocalResponse(status, headers, body);
    }
  }
}
