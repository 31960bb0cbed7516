package io.deltamirror.worker;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much WAL a slot holds back, as far as one could see last. For one thread. */
final class SlotGauge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotGauge.class);
  private static final int TIMEOUT_MILLIS = 5_000;

  private final SourceSession sessions;
  private final String slot;
  private Connection connection;
  private long bytes;

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
      bytes =
          new ReplicationSlot(connection, slot)
              .describe()
              .map(ReplicationSlot.Status::retainedBytes)
              .orElse(bytes);
    } catch (SQLException | MirrorException e) {
      LOG.debug("cannot look at the slot", e);
      close();
    }
    return bytes;
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
