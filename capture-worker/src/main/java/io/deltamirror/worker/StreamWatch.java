package io.deltamirror.worker;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.StreamEngine;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks about once a second how a stream stands, in a thread of its own from construction to {@link
 * #close}: what it asks may not answer, and the worker must not wait for that.
 */
final class StreamWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final long JOIN_MILLIS = 10_000;

  private final StreamEngine stream;
  private final SlotGauge slot;
  private final EventSink sink;
  private final Tenure tenure;
  private final RunObserver observer;
  private final Runnable progress;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param progress is run when the stored offset has moved
   */
  StreamWatch(
      StreamEngine stream,
      SourceSession sessions,
      String slotName,
      EventSink sink,
      Tenure tenure,
      RunObserver observer,
      Runnable progress) {
    this.stream = stream;
    this.slot = new SlotGauge(sessions, slotName);
    this.sink = sink;
    this.tenure = tenure;
    this.observer = observer;
    this.progress = progress;
    this.thread = new Thread(this::run, "mirror-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try (slot) {
      BooleanSupplier stopped = () -> stop.getCount() == 0;
      do {
        try {
          look(stopped);
        } catch (RuntimeException e) {
          LOG.debug("a look failed", e);
        }
      } while (!stop.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(BooleanSupplier stopped) {
    reached();
    observer.holdsBack(slot.retainedBytes());
    tenure.require();
    if (!stopped.getAsBoolean()) {
      observer.observe(Phase.RUNNING, sink.trouble());
    }
  }

  void reached() {
    if (observer.reached(stream.offset().position())) {
      progress.run();
    }
  }

  /**
   * Fails when the source gave no sign of life on the stream for so long: no message came, and the
   * server has taken no status of ours.
   *
   * @throws MirrorException {@code SOURCE_UNREACHABLE}
   */
  void requireAlive(Duration within) {
    long now = System.nanoTime();
    long silent = Math.min(now - stream.heardNanos(), now - slot.heardNanos());
    if (silent > within.toNanos()) {
      throw new MirrorException(
          ErrorCode.SOURCE_UNREACHABLE,
          "the replication connection gave no sign of life for " + within.toSeconds() + " s");
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
