package io.deltamirror.local.eventhubs;

import static io.deltamirror.local.eventhubs.HubClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.CreateBatchOptions;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.LastEnqueuedEventProperties;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.eventhubs.models.ReceiveOptions;
import com.azure.messaging.eventhubs.models.SendOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

/** What the clients of the Azure SDK may expect of an event hub, asked of the local one. */
class LocalEventHubsIT {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
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
    return LocalEventHubsOptions.in(directory).withHub("changes", 4).withHub("copy-tasks", 1);
  }

  @Test
  void describesHubAndEmptyPartition() {
    EventHubProducerClient producer = clients.producer();

    assertThat(producer.getPartitionIds()).containsExactly("0", "1", "2", "3");
    assertThat(producer.getEventHubProperties().getName()).isEqualTo("changes");
    assertThat(producer.getEventHubProperties().getCreatedAt())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    PartitionProperties partition = producer.getPartitionProperties("1");
    assertThat(partition.isEmpty()).isTrue();
    assertThat(partition.getBeginningSequenceNumber()).isZero();
    assertThat(partition.getLastEnqueuedSequenceNumber()).isEqualTo(-1);
  }

  @Test
  void describesPartitionAfterSend() {
    clients.send("1", "a", "b", "c");

    PartitionProperties partition = clients.producer().getPartitionProperties("1");

    assertThat(partition.isEmpty()).isFalse();
    assertThat(partition.getLastEnqueuedSequenceNumber()).isEqualTo(2);
    assertThat(Long.parseLong(partition.getLastEnqueuedOffset())).isPositive();
    assertThat(partition.getLastEnqueuedTime())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void firstCallIsAnsweredWithoutWaitingForTimeout() {
    long before = System.nanoTime();

    clients.producer().getEventHubProperties();

    // Unless SASL is completed at once, the client waits five seconds here.
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void batchKeepsOrderPropertiesAndSystemProperties() {
    EventHubProducerClient producer = clients.producer();
    EventDataBatch batch = producer.createBatch(new CreateBatchOptions().setPartitionId("1"));
    for (int i = 0; i < 5; i++) {
      EventData event = new EventData("e" + i);
      event.getProperties().put("i", i);
      event.setContentType("x/y");
      event.setMessageId("m" + i);
      assertThat(batch.tryAdd(event)).isTrue();
    }
    producer.send(batch);

    List<EventData> received = clients.receive("1", 5, EventPosition.earliest(), PATIENCE);

    assertThat(received)
        .extracting(EventData::getBodyAsString)
        .containsExactly("e0", "e1", "e2", "e3", "e4");
    EventData third = received.get(3);
    assertThat(third.getProperties()).containsEntry("i", 3);
    assertThat(third.getContentType()).isEqualTo("x/y");
    assertThat(third.getMessageId()).isEqualTo("m3");
    assertThat(third.getSequenceNumber()).isEqualTo(3);
    assertThat(third.getEnqueuedTime())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    assertThat(received)
        .extracting(e -> Long.parseLong(e.getOffsetString()))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void singleEventAndEventWithoutPartitionArrive() {
    clients.send("2", "single");
    clients.producer().send(List.of(new EventData("anywhere")));

    assertThat(clients.bodies("2", 1, EventPosition.earliest())).containsExactly("single");
    List<String> all = new ArrayList<>();
    for (String id : clients.producer().getPartitionIds()) {
      clients
          .receive(id, 2, EventPosition.earliest(), Duration.ofMillis(500))
          .forEach(e -> all.add(e.getBodyAsString()));
    }
    assertThat(all).containsExactlyInAnyOrder("single", "anywhere");
  }

  @Test
  void eventsWithoutPartitionAreSpreadOverAll() {
    IntStream.range(0, 4)
        .forEach(i -> clients.producer().send(List.of(new EventData("event " + i))));

    assertThat(clients.producer().getPartitionIds())
        .allSatisfy(
            id ->
                assertThat(
                        clients
                            .producer()
                            .getPartitionProperties(id)
                            .getLastEnqueuedSequenceNumber())
                    .isZero());
  }

  @Test
  void partitionKeySticksToOnePartitionAndIsDelivered() {
    EventHubProducerClient producer = clients.producer();
    for (int round = 0; round < 2; round++) {
      EventDataBatch batch =
          producer.createBatch(new CreateBatchOptions().setPartitionKey("table-7"));
      batch.tryAdd(new EventData("in a batch"));
      batch.tryAdd(new EventData("in a batch"));
      producer.send(batch);
      producer.send(List.of(new EventData("alone")), new SendOptions().setPartitionKey("table-7"));
    }

    List<String> holders = new ArrayList<>();
    for (String id : producer.getPartitionIds()) {
      for (EventData event :
          clients.receive(id, 6, EventPosition.earliest(), Duration.ofMillis(500))) {
        assertThat(event.getPartitionKey()).isEqualTo("table-7");
        holders.add(id);
      }
    }
    assertThat(holders).hasSize(6);
    assertThat(holders.stream().distinct()).hasSize(1);
  }

  @Test
  void batchTakesItsLimitFromTheLink() {
    EventDataBatch batch = clients.producer().createBatch();

    assertThat(batch.getMaxSizeInBytes()).isEqualTo(MIB);
    assertThatThrownBy(() -> batch.tryAdd(new EventData(new byte[2 * MIB])))
        .isInstanceOfSatisfying(
            AmqpException.class,
            e ->
                assertThat(e.getErrorCondition())
                    .isEqualTo(AmqpErrorCondition.LINK_PAYLOAD_SIZE_EXCEEDED));

    EventDataBatch full = clients.producer().createBatch();
    assertThat(full.tryAdd(new EventData(new byte[1_000_000]))).isTrue();
    clients.producer().send(full);
  }

  @Test
  void startsAtEveryKindOfPosition() {
    clients.send("1", "e0", "e1", "e2", "e3", "e4");
    EventData e3 = clients.receive("1", 4, EventPosition.earliest(), PATIENCE).get(3);

    assertThat(clients.bodies("1", 1, EventPosition.fromSequenceNumber(2))).containsExactly("e3");
    assertThat(clients.bodies("1", 1, EventPosition.fromSequenceNumber(2, true)))
        .containsExactly("e2");
    assertThat(clients.bodies("1", 1, EventPosition.fromOffsetString(e3.getOffsetString())))
        .containsExactly("e4");
    assertThat(
            clients.bodies("1", 1, EventPosition.fromEnqueuedTime(Instant.now().minusSeconds(60))))
        .containsExactly("e0");
  }

  @Test
  void latestWaitsForWhatComes() {
    clients.send("3", "before");
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    Disposable subscription =
        clients
            .consumer("$Default")
            .receiveFromPartition("3", EventPosition.latest())
            .subscribe(e -> received.add(e.getData().getBodyAsString()));

    // The client does not say when it is attached, so it is sent to until it hears.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clients.send("3", "after");
              return received.poll(200, TimeUnit.MILLISECONDS);
            },
            "after"::equals);
    assertThat(received).doesNotContain("before");
    subscription.dispose();
  }

  @Test
  void latestOfIdlePartitionGivesNothing() {
    clients.send("3", "before");

    assertThat(clients.receive("3", 1, EventPosition.latest(), Duration.ofSeconds(1))).isEmpty();
  }

  @Test
  void positionBeyondTheLastEventIsRefused() {
    clients.send("0", "only");

    assertThatThrownBy(() -> receiveOrFail("0", EventPosition.fromOffsetString("999999")))
        .hasMessageContaining("The supplied offset '999999' is invalid");
    assertThatThrownBy(() -> receiveOrFail("0", EventPosition.fromSequenceNumber(7, true)))
        .hasMessageContaining("The supplied sequence number '7' is invalid");
  }

  @Test
  void tellsLastEnqueuedEventToReceiversThatAsk() {
    clients.send("1", "e0", "e1", "e2");

    try (EventHubConsumerClient consumer = clients.builder().buildConsumerClient()) {
      PartitionEvent first =
          consumer
              .receiveFromPartition(
                  "1",
                  1,
                  EventPosition.earliest(),
                  PATIENCE,
                  new ReceiveOptions().setTrackLastEnqueuedEventProperties(true))
              .iterator()
              .next();

      LastEnqueuedEventProperties last = first.getLastEnqueuedEventProperties();
      assertThat(first.getData().getBodyAsString()).isEqualTo("e0");
      assertThat(last.getSequenceNumber()).isEqualTo(2);
      assertThat(last.getEnqueuedTime()).isEqualTo(first.getData().getEnqueuedTime());
    }
  }

  @Test
  void higherEpochTakesThePartitionAndLowerIsRefused() {
    EventHubConsumerAsyncClient consumer = clients.consumer("$Default");
    List<Throwable> displaced = new CopyOnWriteArrayList<>();
    List<String> first = new CopyOnWriteArrayList<>();
    List<String> second = new CopyOnWriteArrayList<>();
    clients.send("0", "event");
    Disposable older =
        consumer
            .receiveFromPartition(
                "0", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(1L))
            .subscribe(e -> first.add(e.getData().getBodyAsString()), displaced::add);
    await().atMost(PATIENCE).until(() -> first, List.of("event")::equals);
    Disposable newer =
        clients
            .consumer("$Default")
            .receiveFromPartition(
                "0", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(2L))
            .subscribe(e -> second.add(e.getData().getBodyAsString()));

    await().atMost(PATIENCE).until(() -> second, List.of("event")::equals);
    await().atMost(PATIENCE).until(() -> displaced.size() == 1);
    assertThat(displaced.get(0)).satisfies(e -> assertCondition(e, AmqpErrorCondition.LINK_STOLEN));
    assertThatThrownBy(
            () ->
                consumer
                    .receiveFromPartition(
                        "0", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(0L))
                    .blockFirst(PATIENCE))
        .satisfies(e -> assertCondition(e, AmqpErrorCondition.LINK_STOLEN));
    assertThatThrownBy(
            () ->
                clients
                    .consumer("$Default")
                    .receiveFromPartition("0", EventPosition.earliest())
                    .blockFirst(PATIENCE))
        .satisfies(e -> assertCondition(e, AmqpErrorCondition.LINK_STOLEN));
    older.dispose();
    newer.dispose();
  }

  @Test
  void sixthReceiverOfAConsumerGroupIsRefused() {
    clients.send("0", "event");
    List<String> received = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients
          .consumer("shared")
          .receiveFromPartition("0", EventPosition.earliest())
          .subscribe(e -> received.add(e.getData().getBodyAsString()));
    }
    await().atMost(PATIENCE).until(() -> received.size() == 5);

    try (EventHubConsumerAsyncClient sixth =
        clients
            .builder()
            .consumerGroup("shared")
            .retryOptions(new AmqpRetryOptions().setMaxRetries(0))
            .buildAsyncConsumerClient()) {
      assertThatThrownBy(
              () -> sixth.receiveFromPartition("0", EventPosition.earliest()).blockFirst(PATIENCE))
          .satisfies(e -> assertCondition(e, AmqpErrorCondition.RESOURCE_LIMIT_EXCEEDED));
    }
    assertThat(clients.bodies("0", 1, EventPosition.earliest())).containsExactly("event");
  }

  @Test
  void unknownHubAndPartitionAreRefused() {
    try (EventHubProducerClient producer =
        new HubClients(hubs, "nope")
            .builder()
            .retryOptions(new AmqpRetryOptions().setMaxRetries(0))
            .buildProducerClient()) {
      assertThatThrownBy(producer::createBatch)
          .satisfies(e -> assertCondition(e, AmqpErrorCondition.NOT_FOUND));
      assertThatThrownBy(producer::getEventHubProperties)
          .satisfies(e -> assertCondition(e, AmqpErrorCondition.NOT_FOUND));
    }
    assertThatThrownBy(() -> clients.send("4", "event"))
        .satisfies(e -> assertCondition(e, AmqpErrorCondition.ARGUMENT_OUT_OF_RANGE_ERROR))
        .hasMessageContaining("It should be between 0 and 3");
    assertThatThrownBy(() -> receiveOrFail("4", EventPosition.earliest()))
        .satisfies(e -> assertCondition(e, AmqpErrorCondition.ARGUMENT_OUT_OF_RANGE_ERROR));
  }

  @Test
  void hubsAreApart() throws Exception {
    try (HubClients tasks = new HubClients(hubs, "Copy-Tasks")) {
      tasks.send("0", "task");
      clients.send("0", "change");

      assertThat(tasks.bodies("0", 1, EventPosition.earliest())).containsExactly("task");
      assertThat(clients.bodies("0", 1, EventPosition.earliest())).containsExactly("change");
    }
  }

  @Test
  void consumerAtTheEndHearsOfAnEventAtOnce() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    clients.send("0", "first");
    Disposable subscription =
        clients
            .consumer("$Default")
            .receiveFromPartition("0", EventPosition.earliest())
            .subscribe(e -> received.add(e.getData().getBodyAsString()));
    assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("first");
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 51; i++) {
      long before = System.nanoTime();
      clients.send("0", "event " + i);
      assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("event " + i);
      waits.add(Duration.ofNanos(System.nanoTime() - before));
    }
    subscription.dispose();

    assertThat(waits.stream().sorted().toList().get(25)).isLessThan(Duration.ofMillis(50));
  }

  private void receiveOrFail(String partition, EventPosition from) {
    clients.consumer("$Default").receiveFromPartition(partition, from).blockFirst(PATIENCE);
  }

  private static void assertCondition(Throwable error, AmqpErrorCondition condition) {
    Throwable cause = error instanceof AmqpException ? error : error.getCause();
    assertThat(cause)
        .isInstanceOfSatisfying(
            AmqpException.class, e -> assertThat(e.getErrorCondition()).isEqualTo(condition));
  }
}
