package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An event hub that is served: which partition an event goes to. Thread-safe. */
final class Hub implements Closeable {
  private final String name;
  private final Instant created;
  private final List<Partition> partitions;
  private final AtomicInteger turn = new AtomicInteger();

  Hub(String name, Instant created, List<Partition> partitions) {
    this.name = name;
    this.created = created;
    this.partitions = List.copyOf(partitions);
  }

  String name() {
    return name;
  }

  Instant created() {
    return created;
  }

  List<Partition> partitions() {
    return partitions;
  }

  Partition partition(String id) throws AmqpFaultException {
    for (Partition partition : partitions) {
      if (Integer.toString(partition.id()).equals(id)) {
        return partition;
      }
    }
    throw new AmqpFaultException(AmqpFault.noSuchPartition(this, id));
  }

  /**
   * The partition for an event whose producer named none.
   *
   * @param partitionKey null to take them in turn
   */
  Partition partitionFor(String partitionKey) {
    int number =
        partitionKey == null
            ? turn.getAndIncrement()
            : (partitionKey.hashCode() * 0x9E3779B9) >>> 16; // spreads keys that differ at the end
    return partitions.get(Math.floorMod(number, partitions.size()));
  }

  void expire() throws IOException {
    for (Partition partition : partitions) {
      partition.log().expire();
    }
  }

  @Override
  public void close() throws IOException {
    for (Partition partition : partitions) {
      partition.log().close();
    }
  }
}
