package io.deltamirror.worker.stream;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ConnectorCallback;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.StreamLabel;
import io.deltamirror.core.state.MirrorLease;
import io.deltamirror.core.state.MirrorState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror's stream from its replication slot to an {@link EventSink}, in Debezium's engine. Runs
 * once: from {@link #start} until {@link #stop}, or until it fails. Its methods are for one thread,
 * those of {@link #marks} for any.
 */
public final class StreamEngine {
  private static final Logger LOG = LoggerFactory.getLogger(StreamEngine.class);
  private static final long STOP_SECONDS = 10;

  private final EventSink sink;
  private final Heartbeat heartbeat;
  private final StreamReader reader;
  private final OffsetDocument offsets;
  private final RegisteredShapes shapes;
  private final String id;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final AtomicLong acknowledged = new AtomicLong();
  private final CompletableFuture<Void> polling = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private StreamEngine(
      String name,
      StreamReader reader,
      OffsetDocument offsets,
      RegisteredShapes shapes,
      Heartbeat heartbeat,
      EventSink sink) {
    this.sink = sink;
    this.shapes = shapes;
    this.heartbeat = heartbeat;
    this.reader = reader;
    this.offsets = offsets;
    this.id = new StreamParts(reader, offsets).register();
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties(name, id))
            .using(OffsetCommitPolicy.always())
            .using(pollingStarted())
            .using((success, message, error) -> completed(error))
            .notifying(this::publish)
            .build();
  }

  /**
   * Starts a mirror's stream where its stored offset says; returns when it is reading.
   *
   * @param state of the mirror; the offset is stored in it too
   * @param fence number of this worker
   * @param source what to read
   * @param sink where the events go; not closed
   * @throws MirrorException when the source or the store refuses
   */
  public static StreamEngine start(
      MirrorState state,
      long fence,
      SourceSession sessions,
      ReplicationSource source,
      StreamSettings settings,
      EventSink sink) {
    Clock clock = Clock.systemUTC();
    OffsetDocument offsets = new OffsetDocument(state.store(), state.mirror());
    StreamOffset from = new ResumePoint(state, offsets, sessions, clock).find(source);
    RegisteredShapes shapes = new RegisteredShapes(state, sessions, clock);
    StreamLabel label = new StreamLabel(state.lease().map(MirrorLease::instance).orElse(""), fence);
    StreamReader reader =
        new StreamReader(state.mirror(), label, sessions, source, from, settings, shapes);
    Heartbeat heartbeat = new Heartbeat(sessions, settings.heartbeat());
    StreamEngine stream =
        new StreamEngine(state.mirror(), reader, offsets, shapes, heartbeat, sink);
    stream.run(state.mirror());
    return stream;
  }

  private static Properties properties(String name, String id) {
    Properties properties = new Properties();
    properties.setProperty("name", name);
    properties.setProperty("connector.class", MirrorSourceConnector.class.getName());
    properties.setProperty("offset.storage", ConnectOffsets.class.getName());
    properties.setProperty("record.processing.threads", "1");
    properties.setProperty(StreamParts.ID, id);
    return properties;
  }

  private void run(String name) {
    Thread thread = new Thread(this::runEngine, "mirror-engine-" + name);
    thread.setDaemon(true);
    thread.start();
    try {
      polling.join();
    } catch (CompletionException e) {
      close();
      throw failure(e.getCause());
    }
  }

  /** An engine that fails while it is being closed throws, and tells its callback nothing. */
  private void runEngine() {
    try {
      engine.run();
    } catch (RuntimeException e) {
      LOG.debug("the engine failed while it was closed", e);
      completed(e);
    }
  }

  private ConnectorCallback pollingStarted() {
    return new ConnectorCallback() {
      @Override
      public void pollingStarted() {
        polling.complete(null);
      }
    };
  }

  private void completed(Throwable error) {
    if (error == null) {
      polling.completeExceptionally(
          new MirrorException(ErrorCode.INTERNAL, "the engine stopped before it started"));
      ended.complete(null);
      return;
    }
    polling.completeExceptionally(error);
    ended.completeExceptionally(failure(error));
  }

  private static MirrorException failure(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof MirrorException known) {
        return known;
      }
    }
    return new MirrorException(ErrorCode.INTERNAL, "the engine failed: " + error, error);
  }

  private void publish(
      List<RecordChangeEvent<SourceRecord>> records,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    sink.publish(records.stream().map(record -> (HubEvent) record.record().value()).toList());
    Failpoints.reach(Failpoint.STREAM_OFFSET_STORING);
    for (RecordChangeEvent<SourceRecord> record : records) {
      committer.markProcessed(record);
    }
    committer.markBatchFinished();
    // The engine only logs an offset that it could not store, and would go on for ever.
    SourceRecord last = records.get(records.size() - 1).record();
    if (reader.flushed() != StreamOffset.endLsn(last.sourceOffset())) {
      throw new MirrorException(
          ErrorCode.STATE_UNAVAILABLE, "the stream's offset could not be stored");
    }
    if (shapes.decided().isWaiting()) {
      shapes.decided().stored(StreamOffset.fromConnect(last.sourceOffset()));
    }
    acknowledged.addAndGet(records.size());
  }

  /** When the source was last heard of on the stream, by {@link System#nanoTime()}. */
  public long heardNanos() {
    return reader.heardNanos();
  }

  /** For the marks of seeds. */
  public SeedMarks marks() {
    return reader;
  }

  /** The offset stored last: everything up to it is in the hub. */
  public StreamOffset offset() {
    return offsets.offset().orElseThrow();
  }

  /** Completes when the stream has ended, with a {@link MirrorException} when by a failure. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /**
   * Ends the stream: what is on its way is acknowledged and its offset stored, unless that takes
   * longer than the given time; then it will be sent again.
   */
  public void stop(Duration patience) throws InterruptedException {
    reader.stop();
    long end = System.nanoTime() + patience.toNanos();
    while (acknowledged.get() < reader.sent() && !ended.isDone() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    close();
  }

  private void close() {
    heartbeat.close();
    try {
      engine.close();
    } catch (IllegalStateException e) {
      LOG.debug("the engine has stopped by itself", e);
    } catch (IOException e) {
      LOG.warn("the engine did not close", e);
    }
    try {
      ended.exceptionally(error -> null).get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      LOG.warn("the engine is still stopping", e);
    }
    shapes.close();
    StreamParts.unregister(id);
  }
}
