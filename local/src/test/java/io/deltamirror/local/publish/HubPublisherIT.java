package io.deltamirror.local.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.ChangeReader;
import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import io.deltamirror.worker.HubClients;
import io.deltamirror.worker.publish.HubPublisher;
import io.deltamirror.worker.publish.LargeBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The publisher with the SDK's client over AMQP. */
class HubPublisherIT {
  private static final int PARTITIONS = 4;
  private static final long GENERATION = 7;

  @TempDir private Path folder;
  private LocalLakeStorage lake;
  private LocalEventHubs hubs;
  private HubPublisher publisher;

  @BeforeEach
  void start() throws IOException {
    hubs =
        LocalEventHubs.start(
            LocalEventHubsOptions.in(folder.resolve("hubs")).withHub("changes", PARTITIONS));
    lake = new LocalLakeStorage(folder.resolve("lake"));
    publisher =
        new HubPublisher(
            new HubClients(hubs.connectionString()).producer("changes"), new LargeBatches(lake), 4);
  }

  @AfterEach
  void stop() {
    publisher.close();
    hubs.close();
  }

  /** Position n of a table follows position n - 1. */
  private static ChangeBatch batch(long oid, long lsn, byte[] value) {
    TableSchema table =
        new TableSchema(
            oid,
            new TableName("public", "t" + oid),
            List.of(new Column(1, "v", 17, -1, "bytea", 1)),
            ReplicaIdentity.DEFAULT);
    ChangeWriter writer = new ChangeWriter(new RowCodec(table));
    Object[] row = {ByteBuffer.wrap(value)};
    writer.add(new RowChange(Kind.INSERT, lsn, 1, 1, lsn, null, row, RowChange.NONE));
    return writer.finish("m", 1, new Position(GENERATION, lsn - 1, 1));
  }

  private static Watermark watermark(long lsn) {
    return new Watermark("m", 1, Position.endOf(GENERATION, lsn), lsn);
  }

  /** Everything in the hub, by partition. */
  private List<List<HubEvent>> received() {
    List<List<HubEvent>> partitions = new ArrayList<>();
    try (EventHubConsumerClient consumer =
        new EventHubClientBuilder()
            .connectionString(hubs.connectionString(), "changes")
            .consumerGroup(EventHubClientBuilder.DEFAULT_CONSUMER_GROUP_NAME)
            .buildConsumerClient()) {
      for (int i = 0; i < PARTITIONS; i++) {
        String id = Integer.toString(i);
        long last = consumer.getPartitionProperties(id).getLastEnqueuedSequenceNumber();
        List<HubEvent> events = new ArrayList<>();
        EventPosition from = EventPosition.earliest();
        for (long read = -1; read < last; ) {
          for (PartitionEvent event :
              consumer.receiveFromPartition(id, 500, from, Duration.ofSeconds(1))) {
            read = event.getData().getSequenceNumber();
            from = EventPosition.fromSequenceNumber(read);
            events.add(EventCodec.decode(event.getData().getBody()));
          }
        }
        partitions.add(events);
      }
    }
    return partitions;
  }

  /** Each table is in one partition, and each position follows its previous one or is known. */
  private static Map<Long, Long> lastLsnByTable(List<List<HubEvent>> partitions) {
    Map<Long, Long> lasts = new HashMap<>();
    Map<Long, List<HubEvent>> homes = new HashMap<>();
    for (List<HubEvent> partition : partitions) {
      for (HubEvent event : partition) {
        if (event instanceof ChangeBatch batch) {
          long oid = batch.header().table().oid();
          assertThat(homes.computeIfAbsent(oid, o -> partition)).isSameAs(partition);
          long before = lasts.getOrDefault(oid, 0L);
          assertThat(batch.header().previous().commitLsn()).isLessThanOrEqualTo(before);
          lasts.put(oid, Math.max(before, batch.header().last().commitLsn()));
        }
      }
    }
    return lasts;
  }

  private static List<HubEvent> batches(int tables, int from, int to) {
    return IntStream.rangeClosed(from, to)
        .boxed()
        .flatMap(lsn -> IntStream.range(0, tables).mapToObj(t -> event(100 + t, lsn)))
        .toList();
  }

  private static HubEvent event(long oid, long lsn) {
    return batch(oid, lsn, new byte[(int) (lsn % 5) * 1000]);
  }

  @Test
  void knowsItsPartitions() {
    assertThat(publisher.partitions()).isEqualTo(PARTITIONS);
  }

  @Test
  void eventsOfATableKeepTheirOrderInOnePartition() throws Exception {
    publisher.publish(batches(10, 1, 40));
    publisher.publish(batches(10, 41, 60));

    Map<Long, Long> lasts = lastLsnByTable(received());
    assertThat(lasts).hasSize(10).allSatisfy((oid, last) -> assertThat(last).isEqualTo(60));
  }

  @Test
  void watermarkStandsInEveryPartitionBehindWhatItSpeaksOf() throws Exception {
    List<HubEvent> events = new ArrayList<>(batches(8, 1, 20));
    events.add(watermark(20));
    events.addAll(batches(8, 21, 30));
    events.add(watermark(30));
    events.add(event(100, 31));
    publisher.publish(events);

    for (List<HubEvent> partition : received()) {
      assertThat(partition).contains(watermark(30));
      int place = partition.indexOf(watermark(30));
      assertThat(partition.subList(place + 1, partition.size()))
          .allSatisfy(
              event -> assertThat(((ChangeBatch) event).header().last().commitLsn()).isEqualTo(31));
    }
  }

  @Test
  void batchThatNoEventHoldsGoesByReferenceInItsPlace() throws Exception {
    byte[] noise = new byte[3 << 20];
    new Random(1).nextBytes(noise);
    ChangeBatch large = batch(100, 2, noise);
    publisher.publish(
        List.of(
            event(100, 1),
            large,
            event(100, 3),
            new SeedReady("m", 1, 100, 1, Position.startOf(1))));

    List<HubEvent> events =
        received().stream().filter(partition -> !partition.isEmpty()).findFirst().orElseThrow();
    assertThat(events).hasSize(4);
    BatchReference reference = (BatchReference) events.get(1);
    assertThat(reference.header()).isEqualTo(large.header());
    byte[] stored = lake.read(reference.path());
    assertThat(stored).hasSize((int) reference.length()).isEqualTo(large.body());
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored)))
        .isEqualTo(reference.sha256());
    try (ChangeReader reader = new ChangeReader((ChangeBatch) EventCodec.decode(stored))) {
      assertThat(reader.next().row()[0]).isEqualTo(ByteBuffer.wrap(noise));
    }
  }

  @Test
  void busyHubIsAskedAgainUntilItTakesTheEvents() throws Exception {
    publisher.publish(batches(3, 1, 1));
    hubs.faults().failSends(12, "com.microsoft:server-busy");
    publisher.publish(batches(3, 2, 10));

    assertThat(lastLsnByTable(received())).containsEntry(100L, 10L).hasSize(3);
    assertThat(publisher.trouble()).isEmpty();
  }

  @Test
  void lostAcknowledgementsRepeatButDoNotReorder() throws Exception {
    publisher.publish(batches(3, 1, 1));
    for (int lsn = 2; lsn < 8; lsn++) {
      hubs.faults().loseAcknowledgements(1);
      publisher.publish(batches(3, lsn, lsn));
    }

    List<List<HubEvent>> received = received();
    assertThat(lastLsnByTable(received)).allSatisfy((oid, last) -> assertThat(last).isEqualTo(7));
    assertThat(received.stream().mapToInt(List::size).sum()).isGreaterThan(21);
  }

  @Test
  void droppedConnectionsAreMadeAnew() throws Exception {
    for (int lsn = 1; lsn < 5; lsn++) {
      publisher.publish(batches(3, lsn, lsn));
      hubs.faults().dropConnections();
    }

    assertThat(lastLsnByTable(received())).allSatisfy((oid, last) -> assertThat(last).isEqualTo(4));
  }

  @Test
  void hubThatIsNotThereIsRefusedWithACode() {
    try (HubPublisher wrong =
        new HubPublisher(
            new HubClients(hubs.connectionString()).producer("nowhere"),
            new LargeBatches(lake),
            1)) {
      assertThatExceptionOfType(MirrorException.class)
          .isThrownBy(() -> wrong.publish(List.of(event(100, 1))))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.HUB_UNAVAILABLE));
    }
  }
}
