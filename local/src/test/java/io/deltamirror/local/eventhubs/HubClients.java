package io.deltamirror.local.eventhubs;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.eventhubs.models.SendOptions;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The SDK's clients of one hub, as a test uses them; closed all at once. Not thread-safe. */
final class HubClients implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String connectionString;
  private final String hub;
  private final List<Closeable> open = new ArrayList<>();
  private EventHubProducerClient producer;
  private EventHubConsumerClient consumer;

  HubClients(LocalEventHubs hubs, String hub) {
    this(hubs.connectionString(), hub);
  }

  HubClients(String connectionString, String hub) {
    this.connectionString = connectionString;
    this.hub = hub;
  }

  /**
   * Retries soon, and often. The maximal delay must exceed the delay by more than four seconds,
   * which the SDK adds to every retry; otherwise its back-off fails with an
   * IllegalArgumentException instead of retrying.
   */
  EventHubClientBuilder builder() {
    return new EventHubClientBuilder()
        .connectionString(connectionString, hub)
        .consumerGroup("$Default")
        .retryOptions(
            new AmqpRetryOptions()
                .setDelay(Duration.ofMillis(100))
                .setMaxDelay(Duration.ofSeconds(5))
                .setMaxRetries(20)
                .setTryTimeout(Duration.ofSeconds(10)));
  }

  EventHubProducerClient producer() {
    if (producer == null) {
      producer = closing(builder().buildProducerClient());
    }
    return producer;
  }

  EventHubConsumerAsyncClient consumer(String group) {
    return closing(builder().consumerGroup(group).buildAsyncConsumerClient());
  }

  private <T extends Closeable> T closing(T client) {
    open.add(client);
    return client;
  }

  void send(String partition, String... bodies) {
    List<EventData> events = new ArrayList<>();
    for (String body : bodies) {
      events.add(new EventData(body));
    }
    producer().send(events, new SendOptions().setPartitionId(partition));
  }

  /** The first {@code count} events from a position; fewer when no more come in time. */
  List<EventData> receive(String partition, int count, EventPosition from, Duration wait) {
    if (consumer == null) {
      consumer = closing(builder().prefetchCount(100).buildConsumerClient());
    }
    List<EventData> events = new ArrayList<>();
    for (PartitionEvent event : consumer.receiveFromPartition(partition, count, from, wait)) {
      events.add(event.getData());
    }
    return events;
  }

  List<String> bodies(String partition, int count, EventPosition from) {
    return receive(partition, count, from, PATIENCE).stream()
        .map(EventData::getBodyAsString)
        .toList();
  }

  @Override
  public void close() throws Exception {
    for (Closeable client : open) {
      client.close();
    }
  }
}
