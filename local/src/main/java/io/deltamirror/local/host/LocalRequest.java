package io.deltamirror.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request.
 *
 * @param getUri with scheme, host and query
 * @param getHeaders by their names in lower case, as on the service; of several the first
 * @param getBody empty when there is none
 */
record LocalRequest(
    URI getUri, HttpMethod getHttpMethod, Map<String, String> getHeaders, Optional<String> getBody)
    implements HttpRequestMessage<Optional<String>> {

  /**
   * The query's parameters, decoded; of several of one name the last.
   *
   * @throws IllegalArgumentException when it is not well-formed
   */
  @Override
  public Map<String, String> getQueryParameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    String query = getUri.getRawQuery();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        parameters.put(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
    return new LocalResponse.Builder(status);
  }

  @Override
  public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
    return new LocalResponse.Builder(status);
  }
}
