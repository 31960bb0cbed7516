package io.deltamirror.local.host;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one partition's events to a function, one invocation after the other, and moves the
 * checkpoint behind each. An end before that makes the events come again.
 */
final class PartitionPump implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionPump.class);
  private static final Duration RECEIVE_AGAIN = Duration.ofSeconds(1);

  /** How soon an idle pump sees that the host stops. */
  private static final Duration IDLE = Duration.ofMillis(200);

  private final Trigger.Hub hub;
  private final String partition;
  private final EventHubConsumerAsyncClient client;
  private final Retries function;
  private final HostOptions options;
  private final Checkpoints checkpoints;
  private final StopSignal stop;

  PartitionPump(
      Trigger.Hub hub,
      String partition,
      EventHubConsumerAsyncClient client,
      Retries function,
      HostOptions options,
      StopSignal stop) {
    this.hub = hub;
    this.partition = partition;
    this.client = client;
    this.function = function;
    this.options = options;
    this.checkpoints = new Checkpoints(options.checkpoints());
    this.stop = stop;
  }

  @Override
  public void run() {
    try {
      while (!stop.isRaised()) {
        try {
          receive();
        } catch (StreamEndedException e) {
          // Ordinary in a network; the client's own trace is long and says no more.
          LOG.warn("Receiving again from {}, partition {}: {}", hub, partition, e.getMessage());
          stop.raisedWithin(RECEIVE_AGAIN);
        } catch (RuntimeException e) {
          LOG.error("Receiving again from {}, partition {}", hub, partition, e);
          stop.raisedWithin(RECEIVE_AGAIN);
        }
      }
    } catch (InterruptedException e) {
      LOG.warn("Partition {} of {} was interrupted; its events come again", partition, hub);
    }
  }

  private void receive() throws InterruptedException {
    int most = options.configuration().maxEventBatchSize();
    try (EventBuffer buffer = new EventBuffer(options.bufferBytes())) {
      client.receiveFromPartition(partition, start()).subscribe(buffer);
      while (!stop.isRaised()) {
        List<EventData> events = buffer.take(most, IDLE);
        if (!events.isEmpty() && !invoke(events)) {
          return;
        }
      }
    }
  }

  private boolean invoke(List<EventData> events) throws InterruptedException {
    String namespace = client.getFullyQualifiedNamespace();
    if (!function.run(HubBatch.of(hub, namespace, partition, events))) {
      return false;
    }
    long last = events.get(events.size() - 1).getSequenceNumber();
    checkpoints.write(hub, partition, last);
    return true;
  }

  private EventPosition start() {
    OptionalLong done = checkpoints.read(hub, partition);
    if (done.isEmpty()) {
      return options.configuration().fromStart()
          ? EventPosition.earliest()
          : EventPosition.latest();
    }
    long last = client.getPartitionProperties(partition).block().getLastEnqueuedSequenceNumber();
    if (last < done.getAsLong()) {
      // The hub was made anew; waiting for the old number would leave events out.
      LOG.warn("The checkpoint of {}, partition {}, is behind its end", hub, partition);
      return EventPosition.earliest();
    }
    return EventPosition.fromSequenceNumber(done.getAsLong());
  }
}
