package io.deltamirror.local.eventhubs;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.CreateBatchOptions;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.SendOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures the local event hubs with the SDK's clients in the same process. Arguments: bytes of an
 * event, events for each partition, partitions, and optionally {@code MACHINE} to flush before
 * every acknowledgement.
 */
final class LocalEventHubsThroughput {
  private static final int ROUNDS = 3;

  private final String connectionString;
  private final byte[] body;
  private final int events;
  private final int partitions;

  private LocalEventHubsThroughput(String connectionString, int bytes, int events, int partitions) {
    this.connectionString = connectionString;
    this.body = new byte[bytes];
    new Random(1).nextBytes(body);
    this.events = events;
    this.partitions = partitions;
  }

  public static void main(String[] args) throws Exception {
    int partitions = Integer.parseInt(args[2]);
    Path directory = Files.createTempDirectory("event-hubs");
    LocalEventHubsOptions options =
        LocalEventHubsOptions.in(directory)
            .withHub("changes", partitions)
            .withDurability(args.length > 3 ? Durability.valueOf(args[3]) : Durability.PROCESS);
    try (LocalEventHubs hubs = LocalEventHubs.start(options)) {
      LocalEventHubsThroughput measure =
          new LocalEventHubsThroughput(
              hubs.connectionString(),
              Integer.parseInt(args[0]),
              Integer.parseInt(args[1]),
              partitions);
      for (int round = 0; round < ROUNDS; round++) {
        measure.report("send   ", measure.send());
        measure.report("receive", measure.receive(round));
      }
      measure.latency();
    }
    System.exit(0); // the SDK leaves threads behind
  }

  private EventHubClientBuilder builder() {
    return new EventHubClientBuilder()
        .connectionString(connectionString, "changes")
        .consumerGroup("$Default");
  }

  private double send() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(partitions);
    try (EventHubProducerAsyncClient producer = builder().buildAsyncProducerClient()) {
      producer.getPartitionIds().collectList().block();
      long start = System.nanoTime();
      List<Future<?>> sends = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        String id = Integer.toString(partition);
        sends.add(threads.submit(() -> send(producer, id)));
      }
      for (Future<?> send : sends) {
        send.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      threads.shutdown();
    }
  }

  private void send(EventHubProducerAsyncClient producer, String partition) {
    for (int left = events; left > 0; ) {
      EventDataBatch batch =
          producer.createBatch(new CreateBatchOptions().setPartitionId(partition)).block();
      while (left > 0 && batch.tryAdd(new EventData(body))) {
        left--;
      }
      producer.send(batch).block();
    }
  }

  /** Includes connecting. */
  private double receive(int round) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(partitions);
    long start = System.nanoTime();
    int prefetch = Math.max(1, Math.min(300, (32 << 20) / body.length));
    try (EventHubConsumerAsyncClient consumer =
        builder().prefetchCount(prefetch).buildAsyncConsumerClient()) {
      for (int partition = 0; partition < partitions; partition++) {
        AtomicInteger left = new AtomicInteger(events);
        consumer
            .receiveFromPartition(
                Integer.toString(partition),
                EventPosition.fromSequenceNumber((long) round * events, true))
            .subscribe(
                event -> {
                  if (left.decrementAndGet() == 0) {
                    done.countDown();
                  }
                });
      }
      if (!done.await(120, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Not everything arrived");
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private void report(String what, double seconds) {
    double all = (double) events * partitions;
    System.out.printf(
        Locale.ROOT,
        "%s %.0f x %d bytes in %.2f s: %.0f events/s, %.1f MB/s%n",
        what,
        all,
        body.length,
        seconds,
        all / seconds,
        all * body.length / seconds / 1e6);
  }

  private void latency() throws InterruptedException {
    try (EventHubProducerClient producer = builder().buildProducerClient();
        EventHubConsumerAsyncClient consumer = builder().buildAsyncConsumerClient()) {
      BlockingQueue<Long> arrivals = new LinkedBlockingQueue<>();
      SendOptions toFirst = new SendOptions().setPartitionId("0");
      consumer
          .receiveFromPartition("0", EventPosition.latest())
          .subscribe(e -> arrivals.add(System.nanoTime()));
      do {
        producer.send(List.of(new EventData("attached?")), toFirst);
      } while (arrivals.poll(500, TimeUnit.MILLISECONDS) == null);
      List<Long> micros = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        long start = System.nanoTime();
        producer.send(List.of(new EventData("x")), toFirst);
        micros.add((arrivals.poll(5, TimeUnit.SECONDS) - start) / 1000);
      }
      micros.sort(null);
      System.out.printf(
          Locale.ROOT, "latency p50 %d us, p99 %d us%n", micros.get(250), micros.get(495));
    }
  }
}
