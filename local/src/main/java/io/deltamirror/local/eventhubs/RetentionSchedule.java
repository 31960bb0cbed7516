package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies retention from time to time. */
final class RetentionSchedule implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);
  private static final long MAX_PERIOD_MILLIS = TimeUnit.MINUTES.toMillis(1);
  private static final long MIN_PERIOD_MILLIS = 100;
  private static final long CLOSE_SECONDS = 10;

  private final Namespace namespace;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread daemon = new Thread(work, "event-hubs-retention");
            daemon.setDaemon(true);
            return daemon;
          });

  private RetentionSchedule(Namespace namespace) {
    this.namespace = namespace;
  }

  /** Looks every minute, or oftener where the retention is so short that a minute would matter. */
  static RetentionSchedule start(Namespace namespace, Retention retention) {
    RetentionSchedule schedule = new RetentionSchedule(namespace);
    long period =
        Math.max(MIN_PERIOD_MILLIS, Math.min(MAX_PERIOD_MILLIS, retention.age().toMillis() / 10));
    var unused =
        schedule.thread.scheduleWithFixedDelay(
            schedule::expire, period, period, TimeUnit.MILLISECONDS);
    return schedule;
  }

  /** A failure must not end the schedule: the disk may be writable again in a minute. */
  private void expire() {
    try {
      namespace.expire();
    } catch (IOException | RuntimeException e) {
      LOG.error("Retention could not be applied to the local event hubs", e);
    }
  }

  /**
   * Returns once no segment can be begun or deleted any more. Not by interruption: that would close
   * files being written.
   */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Retention is still at work after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
