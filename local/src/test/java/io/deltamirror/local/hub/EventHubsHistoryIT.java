package io.deltamirror.local.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.ReceiveOptions;
import com.azure.messaging.eventhubs.models.SendOptions;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.hub.EventHubsHistory;
import io.deltamirror.core.hub.HubHistory;
import io.deltamirror.core.hub.HubHistory.End;
import io.deltamirror.core.hub.HubHistory.From;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client reads a partition again, beside a trigger that owns it. */
class EventHubsHistoryIT {
  private static final From BEGINNING = new From.Beginning();

  @TempDir private Path folder;
  private LocalEventHubs hubs;
  private final List<String> read = new ArrayList<>();

  @BeforeEach
  void startHubs() throws IOException {
    hubs = LocalEventHubs.start(LocalEventHubsOptions.in(folder).withHub("changes", 2));
  }

  @AfterEach
  void stopHubs() {
    hubs.close();
  }

  private EventHubClientBuilder client() {
    return new EventHubClientBuilder().connectionString(hubs.connectionString(), "changes");
  }

  private HubHistory history(Duration budget) {
    return new EventHubsHistory(this::client, budget);
  }

  private HubHistory history() {
    return history(Duration.ofMinutes(1));
  }

  private void send(String partition, int from, int to) {
    try (EventHubProducerClient producer = client().buildProducerClient()) {
      List<EventData> events = new ArrayList<>();
      for (int i = from; i < to; i++) {
        events.add(new EventData("event " + i));
      }
      producer.send(events, new SendOptions().setPartitionId(partition));
    }
  }

  private boolean note(byte[] body) {
    read.add(new String(body, StandardCharsets.UTF_8));
    return false;
  }

  @Test
  void everythingThatThePartitionHoldsIsReadInOrder() throws IOException {
    send("0", 0, 2_500);
    send("1", 9_000, 9_001);

    End end = history().read(0, BEGINNING, this::note);

    assertThat(end).isEqualTo(End.END_OF_LOG);
    assertThat(read)
        .hasSize(2_500)
        .startsWith("event 0")
        .endsWith("event 2499")
        .doesNotHaveDuplicates();
  }

  @Test
  void emptyPartitionIsAtItsEnd() throws IOException {
    assertThat(history().read(1, BEGINNING, this::note)).isEqualTo(End.END_OF_LOG);
    assertThat(read).isEmpty();
  }

  @Test
  void readerThatHasEnoughEndsTheReading() throws IOException {
    send("0", 0, 100);

    End end = history().read(0, BEGINNING, body -> note(body) || read.size() == 7);

    assertThat(end).isEqualTo(End.ENOUGH);
    assertThat(read).hasSize(7);
  }

  @Test
  void readingFromAMomentOnLeavesOutWhatCameBefore() throws IOException {
    send("0", 0, 3);
    Instant moment = afterLastEvent();
    send("0", 3, 5);

    assertThat(history().read(0, new From.Since(moment), this::note)).isEqualTo(End.END_OF_LOG);
    assertThat(read).containsExactly("event 3", "event 4");
  }

  @Test
  void nothingIsWaitedForBehindTheLastEvent() throws IOException {
    send("0", 0, 3);

    assertThat(history().read(0, new From.Since(afterLastEvent().plusSeconds(60)), this::note))
        .isEqualTo(End.END_OF_LOG);
    assertThat(read).isEmpty();
  }

  /** The hub's clock is this machine's. */
  private Instant afterLastEvent() {
    Instant last;
    try (var consumer = client().consumerGroup("any").buildConsumerClient()) {
      last = consumer.getPartitionProperties("0").getLastEnqueuedTime();
    }
    while (!Instant.now().isAfter(last.plusMillis(1))) {
      Thread.onSpinWait();
    }
    return last.plusMillis(1);
  }

  @Test
  void timeThatIsUpEndsTheReading() throws IOException {
    send("0", 0, 10);

    End end = history(Duration.ZERO).read(0, BEGINNING, this::note);

    assertThat(end).isEqualTo(End.OUT_OF_TIME);
    assertThat(read).hasSize(1);
  }

  @Test
  void droppedConnectionsLeaveNothingOut() throws IOException {
    send("0", 0, 2_000);
    AtomicBoolean dropped = new AtomicBoolean();

    End end =
        history()
            .read(
                0,
                BEGINNING,
                body -> {
                  if (!dropped.getAndSet(true)) {
                    hubs.faults().dropConnections();
                  }
                  return note(body);
                });

    assertThat(end).isEqualTo(End.END_OF_LOG);
    assertThat(read).hasSize(2_000).endsWith("event 1999").doesNotHaveDuplicates();
  }

  /** As the service's host does, whose receivers have epochs. */
  @Test
  void triggerThatOwnsThePartitionIsNotDisturbed() throws Exception {
    send("0", 0, 5);
    CountDownLatch received = new CountDownLatch(6);
    List<Throwable> failures = new ArrayList<>();
    try (EventHubConsumerAsyncClient trigger =
        client().consumerGroup("$Default").buildAsyncConsumerClient()) {
      trigger
          .receiveFromPartition(
              "0", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(0L))
          .subscribe(event -> received.countDown(), failures::add);

      assertThat(history().read(0, BEGINNING, this::note)).isEqualTo(End.END_OF_LOG);
      send("0", 5, 6);

      assertThat(received.await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(failures).isEmpty();
      assertThat(read).hasSize(5);
    }
  }

  @Test
  void hubThatDoesNotAnswerIsASharedFault() {
    HubHistory history =
        new EventHubsHistory(
            () ->
                new EventHubClientBuilder()
                    .connectionString(hubs.connectionString(), "no-such-hub"),
            Duration.ofMinutes(1));

    assertThatThrownBy(() -> history.read(0, BEGINNING, this::note))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.HUB_UNAVAILABLE);
              assertThat(e.code().retriable()).isTrue();
            });
  }

  @Test
  void whatTheReaderThrowsIsThrown() {
    send("0", 0, 1);

    assertThatThrownBy(
            () ->
                history()
                    .read(
                        0,
                        BEGINNING,
                        body -> {
                          throw new IOException("the lake is away");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("the lake is away");
  }
}
