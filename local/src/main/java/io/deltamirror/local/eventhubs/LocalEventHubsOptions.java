package io.deltamirror.local.eventhubs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link LocalEventHubs} serve and how. Immutable; begin with {@link #in}.
 *
 * @param directory where everything is kept; belongs to one process at a time
 * @param port to listen on, on loopback; 0 for any that is free
 * @param maxMessageBytes the largest publication, batches included
 * @param segmentBytes size of the files a partition is cut into, which retention deletes whole
 */
public record LocalEventHubsOptions(
    Path directory,
    int port,
    int maxMessageBytes,
    int segmentBytes,
    Retention retention,
    Durability durability,
    List<HubDefinition> hubs) {
  private static final int MIB = 1 << 20;
  private static final int DEFAULT_MAX_MESSAGE_BYTES = MIB;
  private static final int DEFAULT_SEGMENT_BYTES = 64 * MIB;
  private static final int MAX_SEGMENT_BYTES = 1024 * MIB;

  public LocalEventHubsOptions {
    hubs = List.copyOf(hubs);
    if (maxMessageBytes < 1024 || maxMessageBytes > 64 * MIB) {
      throw new IllegalArgumentException(
          "maxMessageBytes must be between 1 KiB and 64 MiB, not " + maxMessageBytes);
    }
    if (segmentBytes < 4096 || segmentBytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes must be between 4 KiB and 1 GiB, not " + segmentBytes);
    }
    if (hubs.stream().map(HubDefinition::name).distinct().count() < hubs.size()) {
      throw new IllegalArgumentException("An event hub is defined twice: " + hubs);
    }
  }

  /**
   * Any port, messages up to 1 MiB as in the service's Standard tier, one day of retention, no hub
   * yet.
   */
  public static LocalEventHubsOptions in(Path directory) {
    return new LocalEventHubsOptions(
        directory,
        0,
        DEFAULT_MAX_MESSAGE_BYTES,
        DEFAULT_SEGMENT_BYTES,
        Retention.ONE_DAY,
        Durability.PROCESS,
        List.of());
  }

  public LocalEventHubsOptions withHub(String name, int partitions) {
    List<HubDefinition> more = new ArrayList<>(hubs);
    more.add(new HubDefinition(name, partitions));
    return new LocalEventHubsOptions(
        directory, port, maxMessageBytes, segmentBytes, retention, durability, more);
  }

  public LocalEventHubsOptions withPort(int newPort) {
    return new LocalEventHubsOptions(
        directory, newPort, maxMessageBytes, segmentBytes, retention, durability, hubs);
  }

  public LocalEventHubsOptions withMaxMessageBytes(int bytes) {
    return new LocalEventHubsOptions(
        directory, port, bytes, segmentBytes, retention, durability, hubs);
  }

  public LocalEventHubsOptions withSegmentBytes(int bytes) {
    return new LocalEventHubsOptions(
        directory, port, maxMessageBytes, bytes, retention, durability, hubs);
  }

  public LocalEventHubsOptions withRetention(Retention newRetention) {
    return new LocalEventHubsOptions(
        directory, port, maxMessageBytes, segmentBytes, newRetention, durability, hubs);
  }

  public LocalEventHubsOptions withDurability(Durability newDurability) {
    return new LocalEventHubsOptions(
        directory, port, maxMessageBytes, segmentBytes, retention, newDurability, hubs);
  }

  LogOptions log() {
    return new LogOptions(segmentBytes, retention, durability);
  }
}
