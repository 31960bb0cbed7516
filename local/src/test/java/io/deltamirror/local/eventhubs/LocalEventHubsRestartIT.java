package io.deltamirror.local.eventhubs;

import static io.deltamirror.local.eventhubs.HubClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.SendOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of events after restarts, kills and retention. */
class LocalEventHubsRestartIT {
  @TempDir Path directory;

  private LocalEventHubsOptions options() {
    return LocalEventHubsOptions.in(directory).withHub("changes", 2);
  }

  @Test
  void clientsGoOnWhereTheyWereAfterARestart() throws Exception {
    LocalEventHubs first = LocalEventHubs.start(options());
    int port = first.port();
    try (HubClients clients = new HubClients(first, "changes")) {
      clients.send("1", "a", "b");
      assertThat(clients.bodies("1", 2, EventPosition.earliest())).containsExactly("a", "b");
      first.close();

      try (LocalEventHubs second = LocalEventHubs.start(options().withPort(port))) {
        assertThat(second.port()).isEqualTo(port);
        clients.send("1", "c");

        assertThat(clients.bodies("1", 3, EventPosition.earliest())).containsExactly("a", "b", "c");
      }
    }
  }

  @Test
  void acknowledgedEventsSurviveAKill() throws Exception {
    List<String> acknowledged = new CopyOnWriteArrayList<>();
    try (HubProcess process = HubProcess.start(directory)) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> sendUntilItFails(process.connectionString(), acknowledged));
      await().atMost(PATIENCE).until(() -> acknowledged.size() > 500);
      process.kill();
      assertThatThrownBy(sending::join).isNotNull();
    }

    int count = acknowledged.size();
    try (LocalEventHubs hubs =
            LocalEventHubs.start(LocalEventHubsOptions.in(directory).withHub("changes", 1));
        HubClients clients = new HubClients(hubs, "changes")) {
      assertThat(clients.bodies("0", count, EventPosition.earliest()))
          .containsExactlyElementsOf(acknowledged);
    }
  }

  private static void sendUntilItFails(String connectionString, List<String> acknowledged) {
    try (EventHubProducerClient producer =
        new HubClients(connectionString, "changes")
            .builder()
            .retryOptions(new AmqpRetryOptions().setMaxRetries(0))
            .buildProducerClient()) {
      for (int i = 0; ; i++) {
        String body = i + "-" + "x".repeat(i % 2000);
        producer.send(List.of(new EventData(body)), new SendOptions().setPartitionId("0"));
        acknowledged.add(body);
      }
    }
  }

  @Test
  void positionsOlderThanRetentionMeanTheOldestEventKept() throws Exception {
    SettableClock clock = new SettableClock();
    LocalEventHubsOptions options =
        options().withSegmentBytes(4096).withRetention(Retention.ofAge(Duration.ofSeconds(1)));
    try (LocalEventHubs hubs = LocalEventHubs.start(options, clock);
        HubClients clients = new HubClients(hubs, "changes")) {
      EventHubProducerClient producer = clients.producer();
      IntStream.range(0, 20).forEach(i -> clients.send("0", i + "-" + "x".repeat(1000)));
      clock.advance(Duration.ofSeconds(2));
      clients.send("0", "kept", "too");

      await()
          .atMost(PATIENCE)
          .until(() -> producer.getPartitionProperties("0").getBeginningSequenceNumber() > 0);
      long begin = producer.getPartitionProperties("0").getBeginningSequenceNumber();
      for (EventPosition position :
          List.of(
              EventPosition.earliest(),
              EventPosition.fromSequenceNumber(0, true),
              EventPosition.fromOffsetString("0"),
              EventPosition.fromEnqueuedTime(clock.instant().minusSeconds(3600)))) {
        assertThat(clients.receive("0", 1, position, PATIENCE))
            .as("%s", position)
            .extracting(EventData::getSequenceNumber)
            .containsExactly(begin);
      }
      assertThat(clients.bodies("0", 2, EventPosition.fromSequenceNumber(20, true)))
          .containsExactly("kept", "too");
    }
  }

  @Test
  void takenPortAndTakenDirectoryAreClearErrors(@TempDir Path other) throws IOException {
    try (LocalEventHubs first = LocalEventHubs.start(options())) {
      assertThatThrownBy(() -> LocalEventHubs.start(options()))
          .isInstanceOf(HubStorageException.class)
          .hasMessageContaining("Another process serves");
      LocalEventHubsOptions samePort =
          LocalEventHubsOptions.in(other).withHub("changes", 2).withPort(first.port());
      assertThatThrownBy(() -> LocalEventHubs.start(samePort))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on port " + first.port());
      // The failed start has let go of its directory.
      LocalEventHubs.start(samePort.withPort(0)).close();
    }
  }
}
