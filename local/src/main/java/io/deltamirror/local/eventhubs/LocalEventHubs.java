package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Event Hubs namespace in this process, for the real clients of the Azure SDK ({@code
 * EventHubProducerClient}, {@code EventHubConsumerClient}, {@code EventProcessorClient}).
 *
 * <p>An acknowledged event is in a file: it survives {@code kill -9}, and with {@link
 * Durability#MACHINE} a power cut. Partition keys, sequence numbers, offsets, start positions,
 * epochs and error conditions are those of the service. Unlike there, every consumer group exists,
 * and nobody is asked for credentials: only loopback is listened on. Memory does not grow with the
 * number of events, nor with slow consumers. Thread-safe.
 */
public final class LocalEventHubs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalEventHubs.class);

  private final Namespace namespace;
  private final Listener listener;
  private final RetentionSchedule retention;
  private final InjectedFaults faults;

  private LocalEventHubs(LocalEventHubsOptions options, Namespace namespace) throws IOException {
    this.namespace = namespace;
    this.faults = new InjectedFaults(this::dropConnections);
    this.listener =
        Listener.start(
            options.port(),
            socket -> new AmqpConnection(socket, namespace, options.maxMessageBytes(), faults));
    this.retention = RetentionSchedule.start(namespace, options.retention());
  }

  /**
   * Opens or makes the hubs and begins to serve them.
   *
   * @throws HubStorageException when the directory is in use, a hub in it has another number of
   *     partitions, or a log is damaged
   * @throws IOException when the port is taken or the directory cannot be written
   */
  public static LocalEventHubs start(LocalEventHubsOptions options) throws IOException {
    return start(options, Clock.systemUTC());
  }

  static LocalEventHubs start(LocalEventHubsOptions options, InstantSource clock)
      throws IOException {
    Namespace namespace = Namespace.open(options.directory(), options.hubs(), options.log(), clock);
    try {
      LocalEventHubs started = new LocalEventHubs(options, namespace);
      LOG.info("Local event hubs on port {}: {}", started.port(), options.hubs());
      return started;
    } catch (IOException | RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  /** The port listened on, on loopback. */
  public int port() {
    return listener.port();
  }

  /** What the clients of the Azure SDK connect with; its key is not a secret. */
  public String connectionString() {
    return "Endpoint=sb://localhost:"
        + port()
        + ";SharedAccessKeyName=local;SharedAccessKey=bG9jYWw=;UseDevelopmentEmulator=true;";
  }

  /** Orders faults, for tests of what lives on these hubs. */
  public HubFaults faults() {
    return faults;
  }

  private void dropConnections() {
    listener.dropConnections();
  }

  /**
   * Stops serving. Clients find their connections dropped; what was acknowledged is in the files.
   */
  @Override
  public void close() {
    try (namespace;
        listener;
        retention) {
      LOG.info("Stopping the local event hubs on port {}", port());
    } catch (IOException e) {
      throw new UncheckedIOException("The local event hubs could not be closed", e);
    }
  }
}
