package io.deltamirror.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthEndpointTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void healthyWhileEveryMirrorMadeProgressLately() throws Exception {
    HttpResponse<String> response =
        get(Map.of("a", NOW.minusSeconds(80), "b", NOW.minusSeconds(1)));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"healthy\"").contains("\"a\":\"2026-11-21T11:58:40Z\"");
  }

  @Test
  void stalledWhenOneMirrorMadeNone() throws Exception {
    HttpResponse<String> response =
        get(Map.of("a", NOW.minusSeconds(100), "b", NOW.minusSeconds(1)));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"stalled\"");
  }

  @Test
  void healthyWithoutAnyMirror() throws Exception {
    assertThat(get(Map.of()).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> get(Map<String, Instant> progress)
      throws IOException, InterruptedException {
    try (HealthEndpoint endpoint =
        new HealthEndpoint(0, () -> progress, Clock.fixed(NOW, ZoneOffset.UTC))) {
      URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + "/health");
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
