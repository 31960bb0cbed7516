package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The hubs in a directory, which belongs to one process at a time. Thread-safe. */
final class Namespace implements Closeable {
  private final FileChannel lock;
  private final Map<String, Hub> hubs = new LinkedHashMap<>();

  private Namespace(FileChannel lock) {
    this.lock = lock;
  }

  static Namespace open(
      Path directory, List<HubDefinition> definitions, LogOptions options, InstantSource clock)
      throws IOException {
    Files.createDirectories(directory);
    Namespace namespace = new Namespace(lock(directory));
    try {
      for (HubDefinition definition : definitions) {
        Hub hub = new HubDirectory(directory, definition).open(options, clock);
        namespace.hubs.put(hub.name(), hub);
        hub.expire();
      }
      return namespace;
    } catch (IOException | RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(directory, e);
    }
    channel.close();
    throw inUse(directory, null);
  }

  private static HubStorageException inUse(Path directory, Exception cause) {
    return new HubStorageException(
        "Another process serves the event hubs in "
            + directory
            + ". Stop it, or choose another directory.",
        cause);
  }

  Hub hub(String name) throws AmqpFaultException {
    Hub hub = hubs.get(name.toLowerCase(Locale.ROOT));
    if (hub == null) {
      throw new AmqpFaultException(AmqpFault.notFound(name));
    }
    return hub;
  }

  void expire() throws IOException {
    for (Hub hub : hubs.values()) {
      hub.expire();
    }
  }

  /** Lets the directory go last, so that the next process finds everything closed. */
  @Override
  public void close() throws IOException {
    try (lock) {
      for (Hub hub : hubs.values()) {
        hub.close();
      }
    }
  }
}
