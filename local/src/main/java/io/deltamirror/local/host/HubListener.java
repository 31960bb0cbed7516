package io.deltamirror.local.host;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads all partitions of a function's hub, each in a thread of its own. */
final class HubListener implements Listener {
  /** The client's own bound on what it reads ahead, in events; the buffer's is in bytes. */
  private static final int MAX_PREFETCH = 8;

  private final EventHubConsumerAsyncClient client;
  private final ExecutorService threads;

  private HubListener(EventHubConsumerAsyncClient client, ExecutorService threads) {
    this.client = client;
    this.threads = threads;
  }

  /**
   * Begins to read.
   *
   * @throws MirrorException {@code HUB_UNAVAILABLE} when the hub does not tell its partitions
   */
  static HubListener start(
      Function function, Trigger.Hub hub, HostOptions options, StopSignal stop) {
    EventHubConsumerAsyncClient client = client(hub, options);
    List<String> partitions = partitions(client, hub);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            partitions.size(), Workers.named(function.definition().name()));
    for (String partition : partitions) {
      Retries retries = new Retries(function, stop);
      threads.execute(new PartitionPump(hub, partition, client, retries, options, stop));
    }
    return new HubListener(client, threads);
  }

  private static EventHubConsumerAsyncClient client(Trigger.Hub hub, HostOptions options) {
    return new EventHubClientBuilder()
        .connectionString(hub.connection(), hub.hub())
        .consumerGroup(hub.consumerGroup())
        .prefetchCount(Math.min(MAX_PREFETCH, options.configuration().prefetchCount()))
        // The hubs are in this machine: what is dropped can be had again at once.
        .retryOptions(new AmqpRetryOptions().setDelay(Duration.ofMillis(100)).setMaxRetries(5))
        .buildAsyncConsumerClient();
  }

  private static List<String> partitions(EventHubConsumerAsyncClient client, Trigger.Hub hub) {
    try {
      return client.getPartitionIds().collectList().block();
    } catch (RuntimeException e) {
      client.close();
      throw new MirrorException(
          ErrorCode.HUB_UNAVAILABLE, "cannot read the partitions of " + hub, e);
    }
  }

  @Override
  public void end(Duration timeout) {
    Workers.end(threads, timeout);
    client.close();
  }
}
