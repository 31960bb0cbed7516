package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.SendOptions;
import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.hub.HubHistory;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.functions.FunctionFactory;
import io.deltamirror.functions.FunctionServices;
import io.deltamirror.functions.FunctionSettings;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The function app that is deployed, on the local host. */
@Timeout(120)
class MirrorAppIT {
  private static final Position POSITION = new Position(1, Position.parseLsn("0/1A2B"), 0);

  @TempDir private Path directory;
  private LocalEventHubs hubs;
  private FunctionServices services;
  private LocalFunctionHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    hubs =
        LocalEventHubs.start(
            LocalEventHubsOptions.in(directory.resolve("hubs"))
                .withHub("changes", 2)
                .withHub("copy-tasks", 1));
    services =
        FunctionServices.open(
            new FunctionSettings(
                "sqlite:" + directory.resolve("state.db"),
                "file:" + directory.resolve("lake"),
                64,
                Duration.ofSeconds(60)),
            Map.of(),
            source -> Optional.empty(),
            HubHistory.empty());
    Map<String, String> settings =
        Map.of(
            FunctionSettings.EVENT_HUBS, hubs.connectionString(),
            FunctionSettings.CHANGES_HUB, "changes",
            FunctionSettings.COPY_TASKS_HUB, "copy-tasks");
    host =
        LocalFunctionHost.start(
            HostOptions.of(settings, directory.resolve("checkpoints"), 0),
            FunctionFactory.functions(),
            new FunctionFactory(() -> services));
    services
        .control()
        .define(
            new MirrorDefinition(
                "sales",
                new MirrorDefinition.Source("db", 5432, "shop", "mirror", Optional.empty()),
                List.of()));
    // What a worker has stored before it sends anything.
    MirrorState state = new MirrorState(services.store(), "sales");
    state
        .identities()
        .put(
            SourceIdentity.DOCUMENT,
            new SourceIdentity("1", 1, "slot", 2, Optional.empty(), 1, Optional.empty()));
    state.runs().update(MirrorRun.DOCUMENT, MirrorRun::nextFence);
  }

  @AfterEach
  void stop() {
    host.close();
    services.close();
    hubs.close();
  }

  @Test
  void mirrorIsStartedAndWatchedOverHttp() throws Exception {
    assertThat(post("sales", "startMirroring").statusCode()).isEqualTo(200);
    assertThat(json(post("sales", "getMirroringStatus")).get("status").asText())
        .isEqualTo("Starting");
    assertThat(json(post("sales", "getTablesMirroringStatus")).get("data")).isEmpty();
    assertThat(post("sales", "stopMirroring").statusCode()).isEqualTo(200);
    assertThat(json(post("sales", "getMirroringStatus")).get("status").asText())
        .isEqualTo("Stopping");

    HttpResponse<String> absent = post("absent", "getMirroringStatus");
    assertThat(absent.statusCode()).isEqualTo(404);
    assertThat(json(absent).get("errorCode").asText()).isEqualTo("MIRROR_NOT_FOUND");
  }

  @Test
  void changesReachTheApplierAndWhatCannotBeReadHoldsUpNothing() {
    try (EventHubProducerClient changes = producer("changes")) {
      byte[] watermark = EventCodec.encode(new HubEvent.Watermark("sales", 1, POSITION, 42));
      changes.send(
          List.of(
              new EventData("not a change batch".getBytes(StandardCharsets.UTF_8)),
              new EventData(watermark)),
          new SendOptions().setPartitionId("1"));
    }

    MirrorState state = new MirrorState(services.store(), "sales");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(state.marks().get(PartitionMark.document(1)))
                    .map(PartitionMark::position)
                    .contains(POSITION));
  }

  @Test
  void copyTaskThatCannotBeReadIsKeptAndPassedOver() throws Exception {
    Trigger.Hub tasks = new Trigger.Hub("copy-tasks", "$Default", "");
    try (EventHubProducerClient producer = producer("copy-tasks")) {
      producer.send(List.of(new EventData("not a task")));
    }

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(new Checkpoints(directory.resolve("checkpoints")).read(tasks, "0"))
                    .hasValue(0));

    HttpResponse<String> letters = post("sales", "deadLetters");
    JsonNode letter = json(letters).get("data").get(0);
    assertThat(letter.get("hub").asText()).isEqualTo("copy-tasks");
    assertThat(letters.body()).doesNotContain("not a task");
    String path = "deadLetters/" + letter.get("id").asText();
    assertThat(json(post("sales", path + "/replay")).get("outcome").asText())
        .isEqualTo("NotNeeded");
    assertThat(post("sales", path + "/discard").statusCode()).isEqualTo(200);
    assertThat(post("sales", path).statusCode()).isEqualTo(404);
  }

  private EventHubProducerClient producer(String hub) {
    return new EventHubClientBuilder()
        .connectionString(hubs.connectionString(), hub)
        .buildProducerClient();
  }

  private HttpResponse<String> post(String mirror, String verb) throws Exception {
    URI uri =
        URI.create(
            "http://127.0.0.1:%d/api/v1/workspaces/any/mirroredDatabases/%s/%s"
                .formatted(host.httpPort(), mirror, verb));
    return client.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return Json.mapper().readTree(answer.body());
  }
}
