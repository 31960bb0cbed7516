package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.SendOptions;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions on a hub, through the SDK's clients and AMQP. */
@Timeout(120)
class LocalFunctionHostIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PARTITIONS = 2;

  @TempDir private Path directory;
  private LocalEventHubs hubs;
  private EventHubProducerClient producer;

  /** Every invocation that began, in the order of their beginnings. */
  private final Queue<HubCall> calls = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void startHubs() throws IOException {
    hubs = startHubs("hubs");
    producer = producer();
  }

  private LocalEventHubs startHubs(String folder) throws IOException {
    return LocalEventHubs.start(
        LocalEventHubsOptions.in(directory.resolve(folder)).withHub("changes", PARTITIONS));
  }

  private EventHubProducerClient producer() {
    return new EventHubClientBuilder()
        .connectionString(hubs.connectionString(), "changes")
        .buildProducerClient();
  }

  @AfterEach
  void stopHubs() {
    producer.close();
    hubs.close();
  }

  @Test
  void eachPartitionIsCarriedInOrderAndInBatchesOfTheBound() throws IOException {
    send("0", 1, 100);
    send("1", 1, 100);

    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host.httpPort()).isPositive();
      awaitEvents("0", 100);
      awaitEvents("1", 100);
    }

    assertThat(events("0")).isEqualTo(numbers(1, 100));
    assertThat(events("1")).isEqualTo(numbers(1, 100));
    assertThat(calls).allSatisfy(call -> assertThat(call.events().size()).isBetween(1, 32));
    assertThat(calls.stream().flatMap(call -> call.sequenceNumbers().stream()))
        .hasSize(200)
        .contains(0L, 99L);
  }

  @Test
  void partitionHasOneInvocationAtATimeAndPartitionsRunTogether() throws IOException {
    // Passes only when both partitions are in their functions at the same time.
    CyclicBarrier both = new CyclicBarrier(PARTITIONS);
    Map<String, AtomicInteger> running = Map.of("0", new AtomicInteger(), "1", new AtomicInteger());
    AtomicBoolean overlapped = new AtomicBoolean();
    HubFunctions.Body body =
        call -> {
          if (running.get(call.partition()).incrementAndGet() > 1) {
            overlapped.set(true);
          }
          if (call.events().contains("1")) {
            both.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          }
          calls.add(call);
          running.get(call.partition()).decrementAndGet();
        };

    send("0", 1, 200);
    send("1", 1, 200);
    try (LocalFunctionHost host = start(new HubFunctions.Forever(body))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 200);
      awaitEvents("1", 200);
    }

    assertThat(overlapped).isFalse();
    assertThat(both.isBroken()).isFalse();
  }

  @Test
  void endlessRetriesHoldTheirPartitionAndNoOther() throws IOException {
    AtomicInteger failures = new AtomicInteger();
    AtomicBoolean healed = new AtomicBoolean();
    HubFunctions.Body body =
        call -> {
          if (call.partition().equals("0") && !healed.get()) {
            failures.incrementAndGet();
            throw new IOException("storage is away");
          }
          calls.add(call);
        };

    send("0", 1, 3);
    try (LocalFunctionHost host = start(new HubFunctions.Forever(body))) {
      assertThat(host).isNotNull();
      await().atMost(PATIENCE).until(() -> failures.get() >= 5);
      send("0", 4, 5);
      send("1", 1, 5);
      awaitEvents("1", 5);
      assertThat(events("0")).isEmpty();

      healed.set(true);
      awaitEvents("0", 5);
    }

    assertThat(events("0")).isEqualTo(numbers(1, 5));
  }

  @Test
  void usedUpRetriesPassTheEventsOver() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    HubFunctions.Body body =
        call -> {
          if (call.events().contains("1")) {
            attempts.incrementAndGet();
            throw new IllegalStateException("poison");
          }
          calls.add(call);
        };

    send("0", 1, 1);
    try (LocalFunctionHost host = start(new HubFunctions.Thrice(body))) {
      assertThat(host).isNotNull();
      await().atMost(PATIENCE).until(() -> attempts.get() == 3);
      send("0", 2, 3);
      awaitEvents("0", 2);
    }
    try (LocalFunctionHost host = start(new HubFunctions.Thrice(body))) {
      assertThat(host).isNotNull();
      send("0", 4, 4);
      awaitEvents("0", 3);
    }

    assertThat(attempts).hasValue(3);
    assertThat(events("0")).isEqualTo(numbers(2, 4));
  }

  @Test
  void nextHostGoesOnAtTheCheckpoints() throws IOException {
    send("0", 1, 10);
    send("1", 1, 10);
    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 10);
      awaitEvents("1", 10);
    }

    send("0", 11, 12);
    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 12);
    }

    assertThat(events("0")).isEqualTo(numbers(1, 12));
    assertThat(events("1")).isEqualTo(numbers(1, 10));
  }

  @Test
  void withoutItsCheckpointsAllComesAgain() throws IOException {
    send("0", 1, 5);
    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 5);
    }
    calls.clear();

    HostOptions fresh = options(Duration.ofSeconds(30), directory.resolve("other"));
    try (LocalFunctionHost host = start(fresh, new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 5);
    }

    assertThat(events("0")).isEqualTo(numbers(1, 5));
  }

  @Test
  void whatFailedWhileTheHostEndedComesAgain() throws IOException {
    CountDownLatch failed = new CountDownLatch(1);
    send("0", 1, 5);
    try (LocalFunctionHost host =
        start(
            new HubFunctions.Forever(
                call -> {
                  failed.countDown();
                  throw new IOException("storage is away");
                }))) {
      assertThat(host).isNotNull();
      awaitLatch(failed);
    }

    try (LocalFunctionHost host = start(new HubFunctions.Forever(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 5);
    }

    assertThat(events("0")).isEqualTo(numbers(1, 5));
  }

  @Test
  void endWaitsForARunningInvocationAndKeepsItsCheckpoint() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    send("0", 1, 1);
    LocalFunctionHost host =
        start(
            new HubFunctions.Once(
                call -> {
                  begun.countDown();
                  awaitLatch(mayEnd);
                  calls.add(call);
                }));
    awaitLatch(begun);

    Thread closing = new Thread(host::close);
    closing.start();
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
    mayEnd.countDown();
    closing.join(PATIENCE.toMillis());

    assertThat(closing.isAlive()).isFalse();
    assertThat(events("0")).isEqualTo(numbers(1, 1));
    assertThat(checkpoint("0")).isEqualTo(Optional.of(0L));
  }

  @Test
  void endInterruptsWhatDoesNotEndInTimeAndItComesAgain() throws IOException {
    CountDownLatch begun = new CountDownLatch(1);
    send("0", 1, 1);
    HostOptions impatient = options(Duration.ofMillis(100), directory.resolve("checkpoints"));
    try (LocalFunctionHost host =
        start(
            impatient,
            new HubFunctions.Once(
                call -> {
                  begun.countDown();
                  new CountDownLatch(1).await();
                }))) {
      assertThat(host).isNotNull();
      awaitLatch(begun);
    }

    assertThat(checkpoint("0")).isEmpty();
  }

  @Test
  void droppedConnectionsLoseNothing() throws IOException {
    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      send("0", 1, 50);
      awaitEvents("0", 50);
      hubs.faults().dropConnections();
      producer.close();
      producer = producer();
      send("0", 51, 100);
      awaitEvents("0", 100);
    }

    // Received twice where the client did, never out of order and never left out.
    assertThat(events("0").stream().distinct()).containsExactlyElementsOf(numbers(1, 100));
  }

  @Test
  void hubMadeAnewIsReadFromItsStart() throws IOException {
    send("0", 1, 10);
    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 10);
    }
    stopHubs();
    hubs = startHubs("new-hubs");
    producer = producer();
    calls.clear();

    send("0", 1, 3);
    try (LocalFunctionHost host = start(new HubFunctions.Once(calls::add))) {
      assertThat(host).isNotNull();
      awaitEvents("0", 3);
    }

    assertThat(events("0")).isEqualTo(numbers(1, 3));
  }

  @Test
  void hubThatDoesNotExistIsToldAtTheStart() {
    HostOptions options =
        new HostOptions(
            HostConfiguration.deployed(),
            Map.of("HUBS", hubs.connectionString(), "HUB", "absent"),
            directory.resolve("checkpoints"),
            0,
            Optional.empty(),
            1 << 20,
            1 << 20,
            Duration.ofSeconds(1));

    assertThatThrownBy(() -> start(options, new HubFunctions.Once(calls::add)))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HUB_UNAVAILABLE));
  }

  private LocalFunctionHost start(Object function) throws IOException {
    return start(options(Duration.ofSeconds(30), directory.resolve("checkpoints")), function);
  }

  private static LocalFunctionHost start(HostOptions options, Object function) throws IOException {
    Instances instances = Instances.of(function);
    return LocalFunctionHost.start(options, instances.types(), instances);
  }

  private HostOptions options(Duration shutdownTimeout, Path checkpoints) {
    return new HostOptions(
        HostConfiguration.deployed(),
        Map.of("HUBS", hubs.connectionString(), "HUB", "changes"),
        checkpoints,
        0,
        Optional.empty(),
        1 << 20,
        1 << 20,
        shutdownTimeout);
  }

  private void send(String partition, int first, int last) {
    List<EventData> events = numbers(first, last).stream().map(EventData::new).toList();
    producer.send(events, new SendOptions().setPartitionId(partition));
  }

  private Optional<Long> checkpoint(String partition) {
    var done =
        new Checkpoints(directory.resolve("checkpoints"))
            .read(new Trigger.Hub("changes", "$Default", ""), partition);
    return done.isPresent() ? Optional.of(done.getAsLong()) : Optional.empty();
  }

  private List<String> events(String partition) {
    return calls.stream()
        .filter(call -> call.partition().equals(partition))
        .flatMap(call -> call.events().stream())
        .toList();
  }

  private void awaitEvents(String partition, int count) {
    await().atMost(PATIENCE).until(() -> events(partition).size() >= count);
  }

  private static void awaitLatch(CountDownLatch latch) {
    await().atMost(PATIENCE).until(() -> latch.getCount() == 0);
  }

  private static List<String> numbers(int first, int last) {
    return Collections.unmodifiableList(
        IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList());
  }
}
