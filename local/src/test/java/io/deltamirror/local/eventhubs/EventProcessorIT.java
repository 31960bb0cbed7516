package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventProcessorClient;
import com.azure.messaging.eventhubs.EventProcessorClientBuilder;
import com.azure.messaging.eventhubs.models.EventPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SDK's processor, which owns partitions by epoch and keeps checkpoints, on the local hub. */
class EventProcessorIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 4;

  @TempDir Path directory;
  private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private final List<Throwable> errors = new CopyOnWriteArrayList<>();
  private LocalEventHubs hubs;
  private HubClients clients;

  @BeforeEach
  void start() throws IOException {
    hubs = LocalEventHubs.start(options());
    clients = new HubClients(hubs, "changes");
  }

  @AfterEach
  void stop() throws Exception {
    clients.close();
    hubs.close();
  }

  private LocalEventHubsOptions options() {
    return LocalEventHubsOptions.in(directory).withHub("changes", PARTITIONS);
  }

  private EventProcessorClient processor() {
    Map<String, EventPosition> earliest =
        IntStream.range(0, PARTITIONS)
            .mapToObj(Integer::toString)
            .collect(Collectors.toMap(Function.identity(), id -> EventPosition.earliest()));
    return new EventProcessorClientBuilder()
        .connectionString(hubs.connectionString(), "changes")
        .consumerGroup("$Default")
        .checkpointStore(checkpoints)
        .initialPartitionEventPosition(earliest)
        .loadBalancingUpdateInterval(Duration.ofMillis(500))
        .partitionOwnershipExpirationInterval(Duration.ofSeconds(10))
        .processEvent(
            context -> {
              seen.add(context.getEventData().getBodyAsString());
              context.updateCheckpoint();
            })
        .processError(context -> errors.add(context.getThrowable()))
        .buildEventProcessorClient();
  }

  private void send(int from, int to) {
    IntStream.range(from, to)
        .forEach(i -> clients.send(Integer.toString(i % PARTITIONS), "event " + i));
  }

  /**
   * The client gives up at once when its session ends before it has begun; who sends tries again.
   */
  private void sendAgain(int from, int to) {
    for (int i = from; i < to; i++) {
      int event = i;
      await().atMost(PATIENCE).ignoreException(AmqpException.class).until(() -> sent(event));
    }
  }

  private boolean sent(int event) {
    send(event, event + 1);
    return true;
  }

  private void awaitEvents(int from, int to) {
    Set<String> expected =
        IntStream.range(from, to).mapToObj(i -> "event " + i).collect(Collectors.toSet());
    await().atMost(PATIENCE).until(() -> seen.containsAll(expected));
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void readsEveryPartitionAndResumesFromItsCheckpoints() {
    send(0, 40);
    EventProcessorClient first = processor();
    first.start();
    awaitEvents(0, 40);
    assertThat(errors).isEmpty();
    first.stop();
    seen.clear();
    send(40, 60);

    EventProcessorClient second = processor();
    second.start();
    awaitEvents(40, 60);
    second.stop();
  }

  @Test
  void goesOnAfterDroppedConnectionsAndARestart() throws IOException {
    EventProcessorClient processor = processor();
    processor.start();
    send(0, 20);
    awaitEvents(0, 20);

    hubs.faults().dropConnections();
    sendAgain(20, 40);
    awaitEvents(0, 40);

    int port = hubs.port();
    hubs.close();
    hubs = LocalEventHubs.start(options().withPort(port));
    sendAgain(40, 60);
    awaitEvents(0, 60);
    processor.stop();
  }
}
