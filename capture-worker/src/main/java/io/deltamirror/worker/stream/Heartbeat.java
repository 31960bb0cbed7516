package io.deltamirror.worker.stream;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a message into the source's WAL at once and then at regular times. It comes back through
 * the stream: so the slot of an idle database moves on, and readers of an idle mirror learn that it
 * is fresh. A beat that fails is left out; the stream itself says when the source is gone.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final String BEAT =
      "SELECT pg_logical_emit_message(true, '" + Barrier.PREFIX + "', 'heartbeat')";
  private static final int TIMEOUT_MILLIS = 10_000;

  private final SourceSession sessions;
  private final ScheduledExecutorService timer;
  private final Future<?> beats;
  private Connection connection;

  Heartbeat(SourceSession sessions, Duration every) {
    this.sessions = sessions;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "mirror-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
    this.beats =
        timer.scheduleWithFixedDelay(this::beat, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void beat() {
    try {
      if (connection == null) {
        connection = sessions.open();
        connection.setNetworkTimeout(Runnable::run, TIMEOUT_MILLIS);
      }
      SourceSession.execute(connection, BEAT);
    } catch (SQLException | MirrorException e) {
      LOG.warn("no heartbeat: {}", e.getMessage());
      disconnect();
    }
  }

  private void disconnect() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.debug("a connection that was gone already", e);
    }
    connection = null;
  }

  @Override
  public void close() {
    beats.cancel(false);
    timer.execute(this::disconnect);
    timer.shutdown();
  }
}
