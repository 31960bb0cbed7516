package io.deltamirror.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.worker.WorkerHealth.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthEndpointTest {
  @Test
  void healthyWhileEveryMirrorMadeProgressLately() throws Exception {
    HttpResponse<String> response = get(Map.of("a", owner(80), "b", owner(1)));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("\"healthy\"")
        .contains("\"a\":{\"role\":\"owner\",\"silentSeconds\":80}");
  }

  @Test
  void stalledWhenOneMirrorMadeNone() throws Exception {
    HttpResponse<String> response = get(Map.of("a", owner(100), "b", owner(1)));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"stalled\"");
  }

  @Test
  void aStandByIsHealthyAndSaysWhatItIs() throws Exception {
    HttpResponse<String> response =
        get(Map.of("a", new WorkerHealth(Role.STANDBY, Duration.ofSeconds(1))));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"role\":\"standby\"");
  }

  @Test
  void healthyWithoutAnyMirror() throws Exception {
    assertThat(get(Map.of()).statusCode()).isEqualTo(200);
  }

  private static WorkerHealth owner(int silentSeconds) {
    return new WorkerHealth(Role.OWNER, Duration.ofSeconds(silentSeconds));
  }

  private static HttpResponse<String> get(Map<String, WorkerHealth> mirrors)
      throws IOException, InterruptedException {
    try (HealthEndpoint endpoint = new HealthEndpoint(0, () -> mirrors)) {
      URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + "/health");
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
