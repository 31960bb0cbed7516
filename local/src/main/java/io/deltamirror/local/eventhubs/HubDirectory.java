package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The files of a hub: {@code hub.properties}, and a directory of segments for each partition. */
final class HubDirectory {
  private static final String PARTITIONS = "partitions";
  private static final String CREATED = "created";

  private final Path directory;
  private final HubDefinition definition;

  HubDirectory(Path namespace, HubDefinition definition) {
    this.directory = namespace.resolve(definition.name());
    this.definition = definition;
  }

  /**
   * Opens the hub, or makes it when it does not exist.
   *
   * @throws HubStorageException when it exists with another number of partitions, or its logs
   *     cannot be trusted
   */
  Hub open(LogOptions options, InstantSource clock) throws IOException {
    Instant created = describe(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    List<Partition> partitions = new ArrayList<>();
    Hub hub = null;
    try {
      for (int id = 0; id < definition.partitions(); id++) {
        Path logs = directory.resolve(Integer.toString(id));
        partitions.add(new Partition(id, PartitionLog.open(logs, options, clock), new Receivers()));
      }
      hub = new Hub(definition.name(), created, partitions);
      return hub;
    } finally {
      if (hub == null) {
        for (Partition partition : partitions) {
          partition.log().close();
        }
      }
    }
  }

  private Instant describe(Instant now) throws IOException {
    Path file = directory.resolve("hub.properties");
    Properties properties = new Properties();
    if (!Files.exists(file)) {
      properties.setProperty(PARTITIONS, Integer.toString(definition.partitions()));
      properties.setProperty(CREATED, now.toString());
      write(properties, file);
      return now;
    }
    try (var in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    checkPartitions(properties.getProperty(PARTITIONS));
    return Instant.parse(properties.getProperty(CREATED));
  }

  private void checkPartitions(String existing) throws HubStorageException {
    if (!Integer.toString(definition.partitions()).equals(existing)) {
      throw new HubStorageException(
          "Event hub '"
              + definition.name()
              + "' in "
              + directory
              + " has "
              + existing
              + " partitions, but is configured with "
              + definition.partitions()
              + ". The number cannot change, because a partition key must keep its partition. Configure "
              + existing
              + ", choose another directory, or delete this one and reseed the mirrors that use it.");
    }
  }

  private static void write(Properties properties, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path unfinished = file.resolveSibling("hub.properties.new");
    try (var out = Files.newBufferedWriter(unfinished)) {
      properties.store(out, "A local event hub");
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
