package io.deltamirror.worker;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a slot looks like from another connection: how much WAL it holds back, and whether its
 * stream's connection works. For one thread, but for {@link #heardNanos}.
 */
final class SlotGauge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotGauge.class);
  private static final int TIMEOUT_MILLIS = 5_000;

  private final SourceSession sessions;
  private final String slot;
  private Connection connection;
  private long bytes;
  private Optional<String> lastReply = Optional.empty();
  private volatile long heardNanos = System.nanoTime();

  SlotGauge(SourceSession sessions, String slot) {
    this.sessions = sessions;
    this.slot = slot;
  }

  /** Bytes; those of the last look when the source does not answer. */
  long retainedBytes() {
    try {
      if (connection == null) {
        connection = sessions.open();
        connection.setNetworkTimeout(Runnable::run, TIMEOUT_MILLIS);
      }
      ReplicationSlot described = new ReplicationSlot(connection, slot);
      bytes = described.describe().map(ReplicationSlot.Status::retainedBytes).orElse(bytes);
      listen(described.lastReply());
    } catch (SQLException | MirrorException e) {
      LOG.debug("cannot look at the slot", e);
      close();
    }
    return bytes;
  }

  /** Another reply than at the last look tells that the server hears the stream's reader. */
  private void listen(Optional<String> reply) {
    if (reply.isPresent() && !reply.equals(lastReply)) {
      lastReply = reply;
      heardNanos = System.nanoTime();
    }
  }

  /** When the server was last seen to hear the stream's reader, by {@link System#nanoTime()}. */
  long heardNanos() {
    return heardNanos;
  }

  @Override
  public void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.debug("a connection that was gone already", e);
    }
    connection = null;
  }
}
