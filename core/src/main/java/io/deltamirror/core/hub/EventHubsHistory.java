package io.deltamirror.core.hub;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of an event hub, read by its own client. A client is made for each reading, as there
 * are few. Thread-safe.
 *
 * <p>It needs a consumer group of its own: the trigger's receivers own their partitions within
 * theirs, and one without an epoch is refused beside them.
 */
public final class EventHubsHistory implements HubHistory {
  /** The consumer group that is read in. */
  public static final String CONSUMER_GROUP = "replay";

  private static final Logger LOG = LoggerFactory.getLogger(EventHubsHistory.class);
  private static final AmqpRetryOptions RETRY =
      new AmqpRetryOptions()
          .setDelay(Duration.ofMillis(200))
          // The client adds four seconds to each delay, and refuses a limit below that.
          .setMaxDelay(Duration.ofSeconds(10))
          .setMaxRetries(3)
          .setTryTimeout(Duration.ofSeconds(30));

  /** How long a receive waits for events that are there; and how often in vain. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int ATTEMPTS = 3;

  /** Events that the client may hold before they are asked for. */
  private static final int PREFETCH = 8;

  /** Events of a chunk: an event has up to 1 MB, and large ones may follow many small ones. */
  private static final int MOST_EVENTS = 64;

  private static final long CHUNK_BYTES = 8 << 20;

  private final Supplier<EventHubClientBuilder> clients;
  private final Duration budget;

  /**
   * @param clients begins clients of the hub, with their credential
   * @param budget longest time that a reading may take, its reader's included
   */
  public EventHubsHistory(Supplier<EventHubClientBuilder> clients, Duration budget) {
    this.clients = clients;
    this.budget = budget;
  }

  @Override
  public End read(int partition, From from, Reader reader) throws IOException {
    try (EventHubConsumerClient client = open()) {
      return new Reading(client, Integer.toString(partition)).run(from, reader);
    }
  }

  private EventHubConsumerClient open() {
    return clients
        .get()
        .consumerGroup(CONSUMER_GROUP)
        .prefetchCount(PREFETCH)
        .retryOptions(RETRY)
        .buildConsumerClient();
  }

  /** One reading, in chunks: each is received whole, then handed to the reader. */
  private final class Reading {
    private final EventHubConsumerClient client;
    private final String partition;
    private final long startNanos = System.nanoTime();
    private long bytes;
    private long events;

    Reading(EventHubConsumerClient client, String partition) {
      this.client = client;
      this.partition = partition;
    }

    End run(From from, Reader reader) throws IOException {
      PartitionProperties log = properties();
      long end = log.getLastEnqueuedSequenceNumber();
      if (log.isEmpty() || beginsBehind(from, log.getLastEnqueuedTime())) {
        return End.END_OF_LOG;
      }
      LOG.info("Reading partition {} again, {}, up to event {}", partition, from, end);
      EventPosition position = position(from);
      long last = -1;
      while (last < end) {
        // Asking for more than there is would wait for what comes next.
        int most = last < 0 ? 1 : (int) Math.min(chunk(), end - last);
        List<PartitionEvent> chunk = receive(most, position);
        for (PartitionEvent event : chunk) {
          last = event.getData().getSequenceNumber();
          byte[] body = event.getData().getBody();
          bytes += body.length;
          events++;
          if (reader.isEnough(body)) {
            return End.ENOUGH;
          }
          if (System.nanoTime() - startNanos > budget.toNanos()) {
            return last < end ? End.OUT_OF_TIME : End.END_OF_LOG;
          }
        }
        position = EventPosition.fromSequenceNumber(last);
      }
      return End.END_OF_LOG;
    }

    private long chunk() {
      long size = Math.max(1, bytes / events);
      return Math.max(1, Math.min(MOST_EVENTS, CHUNK_BYTES / size));
    }

    private PartitionProperties properties() {
      try {
        return client.getPartitionProperties(partition);
      } catch (RuntimeException e) {
        throw unavailable(e);
      }
    }

    /** At least one event: there are some. A dropped connection ends a receive without a word. */
    private List<PartitionEvent> receive(int most, EventPosition position) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        List<PartitionEvent> received = new ArrayList<>();
        try {
          client.receiveFromPartition(partition, most, position, PATIENCE).forEach(received::add);
        } catch (RuntimeException e) {
          throw unavailable(e);
        }
        if (!received.isEmpty()) {
          return received;
        }
      }
      throw unavailable(null);
    }

    private MirrorException unavailable(Exception cause) {
      return new MirrorException(
          ErrorCode.HUB_UNAVAILABLE,
          "partition " + partition + " cannot be read again in the group " + CONSUMER_GROUP,
          cause);
    }
  }

  private static boolean beginsBehind(From from, Instant lastEvent) {
    return from instanceof From.Since since && since.moment().isAfter(lastEvent);
  }

  private static EventPosition position(From from) {
    return from instanceof From.Since since
        ? EventPosition.fromEnqueuedTime(since.moment())
        : EventPosition.earliest();
  }
}
