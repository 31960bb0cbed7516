package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpListenerIT {
  private static final int MAX_BODY = 1000;

  public static class Echo {
    @FunctionName("echo")
    public HttpResponseMessage echo(
        @HttpTrigger(
                name = "request",
                methods = {HttpMethod.GET, HttpMethod.POST})
            HttpRequestMessage<Optional<String>> request) {
      return request
          .createResponseBuilder(HttpStatus.ACCEPTED)
          .header("X-Given", request.getHeaders().getOrDefault("x-given", "none"))
          .body(
              Map.of(
                  "method", request.getHttpMethod(),
                  "uri", request.getUri().toString(),
                  "query", request.getQueryParameters(),
                  "body", request.getBody().orElse("none")))
          .build();
    }

    @FunctionName("nothing")
    public HttpResponseMessage nothing(
        @HttpTrigger(name = "request") HttpRequestMessage<Optional<String>> request) {
      return request.createResponseBuilder(HttpStatus.OK).build();
    }
  }

  @TempDir private Path directory;
  private LocalFunctionHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    host = start(0);
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void requestAndAnswerPassWhole() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/api/echo?a=1%202&b=%C3%BC&c")
                .header("X-Given", "value")
                .POST(HttpRequest.BodyPublishers.ofString("täxt"))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("X-Given")).contains("value");
    assertThat(Json.mapper().readTree(answer.body()))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    Json.write(
                        Map.of(
                            "method",
                            "POST",
                            "uri",
                            "http://127.0.0.1:" + host.httpPort() + "/api/echo?a=1%202&b=%C3%BC&c",
                            "query",
                            Map.of("a", "1 2", "b", "ü", "c", ""),
                            "body",
                            "täxt"))));
  }

  @Test
  void answerWithoutABodyIsEmpty() throws Exception {
    HttpResponse<String> answer = get("/api/nothing");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void unknownPathIsAProblem() throws Exception {
    HttpResponse<String> answer = get("/api/other");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void bodyAboveTheBoundIsRefusedAndOneAtItIsNot() throws Exception {
    assertThat(post("x".repeat(MAX_BODY)).statusCode()).isEqualTo(202);
    assertThat(post("x".repeat(MAX_BODY + 1)).statusCode()).isEqualTo(413);
  }

  @Test
  void requestThatIsNotWellFormedIsRefused() throws Exception {
    assertThat(raw("PROPFIND /api/echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(raw("GET /api/echo HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void portInUseIsToldAtTheStart() {
    assertThatThrownBy(() -> start(host.httpPort())).isInstanceOf(BindException.class);
  }

  private LocalFunctionHost start(int port) throws IOException {
    HostOptions options =
        new HostOptions(
            HostConfiguration.deployed(),
            Map.of(),
            directory,
            port,
            Optional.empty(),
            1 << 20,
            MAX_BODY,
            Duration.ofSeconds(5));
    Instances instances = Instances.of(new Echo());
    return LocalFunctionHost.start(options, instances.types(), instances);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.httpPort() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body) throws Exception {
    return client.send(
        request("/api/echo").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), host.httpPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
