package io.deltamirror.worker;

import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much WAL a slot holds back, asked over a connection of its own. For one thread. */
final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);

  private final SourceSession session;
  private final String slot;
  private Connection connection;
  private long last;

  SlotWatch(SourceSession session, String slot) {
    this.session = session;
    this.slot = slot;
  }

  /** Bytes; those of the last look when the source cannot be asked now. */
  long retainedBytes() {
    try {
      if (connection == null) {
        connection = session.open();
      }
      last =
          new ReplicationSlot(connection, slot)
              .describe()
              .map(ReplicationSlot.Status::retainedBytes)
              .orElse(0L);
    } catch (SQLException | RuntimeException e) {
      LOG.debug("the slot cannot be looked at", e);
      close();
    }
    return last;
  }

  @Override
  public void close() {
    try (Connection closing = connection) {
      connection = null;
    } catch (SQLException e) {
      LOG.debug("a connection did not close", e);
    }
  }
}
