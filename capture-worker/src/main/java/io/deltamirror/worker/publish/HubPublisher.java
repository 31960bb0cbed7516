package io.deltamirror.worker.publish;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.EventHubProperties;
import com.azure.messaging.eventhubs.models.CreateBatchOptions;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.Fault;
import io.deltamirror.worker.stream.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Publishes to Event Hubs. The events of one table go one after the other, so that no attempt that
 * is made again can overtake a later one; tables go side by side. What is given to one call of
 * {@link #publish} is what is in flight.
 */
public final class HubPublisher implements EventSink {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final EventHubProducerClient hub;
  private final LargeBatches large;
  private final Retry retry;
  private final ExecutorService lanes;
  private volatile List<String> partitionIds = List.of();
  private volatile Optional<Instant> created = Optional.empty();

  /**
   * Takes over the client, and closes it in the end.
   *
   * @param lanes how many tables are sent side by side
   */
  public HubPublisher(EventHubProducerClient hub, LargeBatches large, int lanes) {
    this.hub = hub;
    this.large = large;
    this.retry = new Retry(FIRST_PAUSE, LONGEST_PAUSE);
    this.lanes =
        Executors.newFixedThreadPool(
            lanes,
            work -> {
              Thread thread = new Thread(work, "mirror-publish");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * {@inheritDoc}
   *
   * @throws MirrorException {@code HUB_UNAVAILABLE}, after one attempt
   */
  @Override
  public int partitions() {
    try {
      readPartitionIds();
      return partitionIds.size();
    } catch (AmqpException | IllegalStateException e) {
      throw new MirrorException(
          ErrorCode.HUB_UNAVAILABLE, "the hub does not say what partitions it has", e);
    }
  }

  private void readPartitionIds() {
    EventHubProperties properties = hub.getEventHubProperties();
    partitionIds = properties.getPartitionIds().stream().toList();
    created = Optional.ofNullable(properties.getCreatedAt());
  }

  /** As the hub said when it was asked for its partitions. */
  @Override
  public Optional<Instant> created() {
    return created;
  }

  @Override
  public void publish(List<HubEvent> events) throws InterruptedException {
    int watermark = lastWatermark(events);
    if (watermark < 0) {
      sendByTable(events);
      return;
    }
    // A key's partition is the service's secret, so what goes before waits for all partitions.
    sendByTable(events.subList(0, watermark));
    sendToAll(events.get(watermark));
    sendByTable(events.subList(watermark + 1, events.size()));
  }

  private static int lastWatermark(List<HubEvent> events) {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (events.get(i) instanceof Watermark) {
        return i;
      }
    }
    return -1;
  }

  private void sendByTable(List<HubEvent> events) throws InterruptedException {
    Map<String, List<HubEvent>> byKey = new LinkedHashMap<>();
    for (HubEvent event : events) {
      event
          .tableOid()
          .map(oid -> HubEvent.partitionKey(event.mirror(), oid))
          .ifPresent(key -> byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(event));
    }
    List<Callable<Void>> sends = new ArrayList<>();
    byKey.forEach(
        (key, ofTable) ->
            sends.add(() -> send(new CreateBatchOptions().setPartitionKey(key), ofTable)));
    await(sends);
  }

  private void sendToAll(HubEvent event) throws InterruptedException {
    if (partitionIds.isEmpty()) {
      retry.untilDone(this::readPartitionIds);
    }
    List<Callable<Void>> sends = new ArrayList<>();
    for (String id : partitionIds) {
      sends.add(() -> send(new CreateBatchOptions().setPartitionId(id), List.of(event)));
    }
    await(sends);
  }

  private void await(List<Callable<Void>> sends) throws InterruptedException {
    for (Future<Void> done : lanes.invokeAll(sends)) {
      try {
        done.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof MirrorException known) {
          throw known;
        }
        if (e.getCause() instanceof InterruptedException) {
          throw new InterruptedException();
        }
        throw new MirrorException(ErrorCode.INTERNAL, "the publisher failed", e.getCause());
      }
    }
  }

  /** Sends events in their order, as many at once as the hub takes. */
  private Void send(CreateBatchOptions to, List<HubEvent> events) throws InterruptedException {
    EventDataBatch batch = create(to);
    for (HubEvent event : events) {
      EventData data = new EventData(EventCodec.encode(event));
      if (!added(batch, data)) {
        sendBatch(batch);
        batch = create(to);
        if (!added(batch, data)) {
          addByReference(batch, event);
        }
      }
    }
    sendBatch(batch);
    return null;
  }

  /** The client says in two ways that an event is too large: for what is left, and for any. */
  private static boolean added(EventDataBatch batch, EventData data) {
    try {
      return batch.tryAdd(data);
    } catch (AmqpException e) {
      if (e.getErrorCondition() == AmqpErrorCondition.LINK_PAYLOAD_SIZE_EXCEEDED) {
        return false;
      }
      throw e;
    }
  }

  private void addByReference(EventDataBatch empty, HubEvent event) {
    if (!(event instanceof ChangeBatch batch)
        || !added(empty, new EventData(EventCodec.encode(large.store(batch))))) {
      throw new MirrorException(
          ErrorCode.HUB_FULL,
          "an event is larger than the hub's limit of " + empty.getMaxSizeInBytes() + " bytes");
    }
  }

  private EventDataBatch create(CreateBatchOptions to) throws InterruptedException {
    List<EventDataBatch> made = new ArrayList<>();
    retry.untilDone(() -> made.add(hub.createBatch(to)));
    return made.get(0);
  }

  private void sendBatch(EventDataBatch batch) throws InterruptedException {
    if (batch.getCount() > 0) {
      for (int sends = Failpoints.times(Failpoint.STREAM_SENDING); sends > 0; sends--) {
        retry.untilDone(() -> hub.send(batch));
      }
      Failpoints.reach(Failpoint.STREAM_SENT);
    }
  }

  @Override
  public Optional<Fault> trouble() {
    return retry.trouble();
  }

  /** Ends sends that are under way. */
  @Override
  public void close() {
    lanes.shutdownNow();
    hub.close();
  }
}
