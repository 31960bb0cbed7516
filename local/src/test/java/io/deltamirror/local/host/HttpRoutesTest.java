package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.deltamirror.core.json.Json;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpRoutesTest {
  public static class Items {
    @FunctionName("any")
    public HttpResponseMessage any(
        @HttpTrigger(
                name = "request",
                methods = {HttpMethod.GET, HttpMethod.POST},
                route = "items/{id}",
                authLevel = AuthorizationLevel.FUNCTION)
            HttpRequestMessage<Optional<String>> request,
        @BindingName("id") String id) {
      return answer(request, "any " + id);
    }

    @FunctionName("first")
    public HttpResponseMessage first(
        @HttpTrigger(
                name = "request",
                methods = HttpMethod.GET,
                route = "items/first",
                authLevel = AuthorizationLevel.ANONYMOUS)
            HttpRequestMessage<Optional<String>> request) {
      return answer(request, "first");
    }

    @FunctionName("fail")
    public HttpResponseMessage fail(
        @HttpTrigger(name = "request", route = "fail")
            HttpRequestMessage<Optional<String>> request) {
      throw new IllegalStateException("secret of the inside");
    }

    private static HttpResponseMessage answer(HttpRequestMessage<?> request, String text) {
      return request.createResponseBuilder(HttpStatus.OK).body(text).build();
    }
  }

  private final HttpRoutes open = routes(Optional.empty());
  private final HttpRoutes keyed = routes(Optional.of("the key"));

  @Test
  void routeWithFewerParametersIsMeantAndTheMethodDecides() {
    assertThat(open.answer(get("/api/items/7")).getBody()).isEqualTo("any 7");
    assertThat(open.answer(get("/api/items/first")).getBody()).isEqualTo("first");
    assertThat(open.answer(request(HttpMethod.POST, "/api/items/first", Map.of())).getBody())
        .isEqualTo("any first");
  }

  @Test
  void unknownPathAndMethodAreProblems() throws Exception {
    HttpResponseMessage absent = open.answer(get("/api/other"));
    assertThat(absent.getStatusCode()).isEqualTo(404);
    assertThat(absent.getHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(Json.mapper().readTree((String) absent.getBody()).get("status").asInt())
        .isEqualTo(404);

    HttpResponseMessage refused =
        open.answer(request(HttpMethod.DELETE, "/api/items/first", Map.of()));
    assertThat(refused.getStatusCode()).isEqualTo(405);
    assertThat(refused.getHeader("Allow")).isEqualTo("GET, POST");
  }

  @Test
  void keyIsAskedForOnlyWhereOneIsSetAndTheFunctionWantsOne() {
    assertThat(keyed.answer(get("/api/items/7")).getStatusCode()).isEqualTo(401);
    assertThat(keyed.answer(get("/api/items/7?code=wrong")).getStatusCode()).isEqualTo(401);
    assertThat(keyed.answer(get("/api/items/7?code=the%20key")).getStatusCode()).isEqualTo(200);
    Map<String, String> header = Map.of("x-functions-key", "the key");
    assertThat(keyed.answer(request(HttpMethod.GET, "/api/items/7", header)).getStatusCode())
        .isEqualTo(200);
    assertThat(keyed.answer(get("/api/items/first")).getStatusCode()).isEqualTo(200);
  }

  @Test
  void failureTellsNothingOfTheInside() {
    HttpResponseMessage answer = open.answer(get("/api/fail"));

    assertThat(answer.getStatusCode()).isEqualTo(500);
    assertThat((String) answer.getBody()).doesNotContain("secret").doesNotContain("Exception");
  }

  private static HttpRoutes routes(Optional<String> key) {
    Items items = new Items();
    return new HttpRoutes(
        FunctionDefinition.of(Items.class, HostConfiguration.deployed(), new AppSettings(Map.of()))
            .stream()
            .map(definition -> new Function(definition, Instances.of(items)))
            .toList(),
        key);
  }

  private static LocalRequest get(String path) {
    return request(HttpMethod.GET, path, Map.of());
  }

  private static LocalRequest request(HttpMethod method, String path, Map<String, String> headers) {
    return new LocalRequest(
        URI.create("http://localhost" + path), method, headers, Optional.empty());
  }
}
