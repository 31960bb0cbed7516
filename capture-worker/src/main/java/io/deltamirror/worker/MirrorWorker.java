package io.deltamirror.worker;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.worker.publish.HubPublisher;
import io.deltamirror.worker.publish.LargeBatches;
import io.deltamirror.worker.seed.HubCopyTasks;
import io.deltamirror.worker.seed.MirrorSeeding;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.StreamEngine;
import io.deltamirror.worker.stream.StreamOffset;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one mirror: its stream and its seeding, again and again after failures with growing pauses,
 * and says in the store how it is. One thread.
 */
final class MirrorWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorWorker.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(8);
  private static final long TICK_MILLIS = 1_000;
  private static final int PUBLISH_LANES = 4;

  private final MirrorState mirror;
  private final WorkerParts parts;
  private final Clock clock = Clock.systemUTC();
  private final AtomicReference<Optional<Fault>> trouble = new AtomicReference<>(Optional.empty());

  MirrorWorker(MirrorState mirror, WorkerParts parts) {
    this.mirror = mirror;
    this.parts = parts;
  }

  /** Until the thread is interrupted. */
  @Override
  public void run() {
    Duration pause = FIRST_PAUSE;
    try {
      while (true) {
        long started = System.nanoTime();
        Fault fault = attempt();
        if (System.nanoTime() - started > LONGEST_PAUSE.toNanos()) {
          pause = FIRST_PAUSE;
        }
        LOG.warn(
            "mirror {} stopped by {}: {}; again in {} s",
            mirror.mirror(),
            fault.code(),
            fault.message(),
            pause.toSeconds());
        observe(Phase.STARTING, Optional.of(fault), Optional.empty(), 0);
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    } catch (InterruptedException e) {
      LOG.info("mirror {} stopped", mirror.mirror());
    }
  }

  /** Runs it until it fails; an interruption stops it in order. */
  private Fault attempt() throws InterruptedException {
    try {
      runOnce();
      return new Fault(ErrorCode.INTERNAL, "the stream ended by itself", clock.instant());
    } catch (MirrorException e) {
      LOG.debug("mirror {} failed", mirror.mirror(), e);
      return Fault.of(e, clock.instant());
    } catch (RuntimeException e) {
      LOG.error("mirror {} failed", mirror.mirror(), e);
      return Fault.of(e, clock.instant());
    }
  }

  private void runOnce() throws InterruptedException {
    MirrorDefinition definition =
        mirror
            .definition()
            .orElseThrow(
                () -> new MirrorException(ErrorCode.MIRROR_NOT_FOUND, "it has no definition"));
    SourceSession session = new SourceSession(definition.source(), parts.passwords());
    long fence = nextFence();
    try (HubPublisher publisher = publisher();
        EventHubProducerClient copyTasks = hub(parts.config().copyTasksHub())) {
      Seeding seeding =
          new MirrorSeeding(
              session,
              mirror,
              new TablePatterns(definition.tables()),
              new HubCopyTasks(copyTasks),
              clock);
      ReplicationSource source = seeding.prepare(publisher.partitions());
      StreamEngine stream =
          StreamEngine.start(mirror, fence, session, source, parts.config().stream(), publisher);
      watch(stream, seeding, session);
    }
  }

  private long nextFence() {
    return mirror
        .runs()
        .change(
            MirrorRun.DOCUMENT,
            present ->
                Optional.of(
                    present.orElseGet(() -> MirrorRun.initial(clock.instant())).nextFence()))
        .orElseThrow()
        .fence();
  }

  private HubPublisher publisher() {
    return new HubPublisher(
        hub(parts.config().changesHub()),
        new LargeBatches(parts.lake()),
        PUBLISH_LANES,
        fault -> trouble.set(Optional.of(fault)));
  }

  private EventHubProducerClient hub(String name) {
    return new EventHubClientBuilder()
        .connectionString(parts.config().eventHubs(), name)
        .buildProducerClient();
  }

  private void watch(StreamEngine stream, Seeding seeding, SourceSession session)
      throws InterruptedException {
    Future<?> seeds =
        parts
            .threads()
            .submit(
                () -> {
                  seeding.run(stream.marks());
                  return null;
                });
    try (SlotWatch slot = new SlotWatch(session, SourceNames.of(mirror.mirror()).slot())) {
      while (true) {
        report(stream, slot);
        if (seeds.isDone()) {
          rethrow(seeds);
        }
        try {
          stream.ended().get(TICK_MILLIS, TimeUnit.MILLISECONDS);
          return;
        } catch (java.util.concurrent.TimeoutException stillRunning) {
          parts.health().alive(mirror.mirror());
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      seeds.cancel(true);
      stream.stop(STOP_PATIENCE);
    }
  }

  private void report(StreamEngine stream, SlotWatch slot) {
    StreamOffset offset = stream.offset();
    observe(
        Phase.RUNNING,
        trouble.getAndSet(Optional.empty()),
        Optional.of(Position.endOf(offset.generation(), offset.commitLsn())),
        slot.retainedBytes());
  }

  private void observe(
      Phase phase, Optional<Fault> fault, Optional<Position> sent, long slotBytes) {
    mirror
        .runs()
        .update(
            MirrorRun.DOCUMENT,
            run -> run.observe(phase, fault, sent.or(run::sent), slotBytes, clock.instant()));
  }

  private static void rethrow(Future<?> seeds) throws InterruptedException {
    try {
      seeds.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
    throw new MirrorException(ErrorCode.INTERNAL, "the seeding ended by itself");
  }

  private static RuntimeException failure(Throwable cause) {
    Throwable inner =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    return inner instanceof RuntimeException known
        ? known
        : new MirrorException(ErrorCode.INTERNAL, "the mirror failed", inner);
  }
}
