package io.deltamirror.worker;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.StreamEngine;
import io.deltamirror.worker.stream.StreamSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one mirror running: its stream and its seeding. Whatever fails, both are stopped and
 * started again, after a pause that doubles from one second to thirty. About once a second it
 * writes to the mirror's {@link MirrorRun} how it stands.
 *
 * <p>Each start takes the next fence number, so that those who apply its events can refuse what an
 * earlier start may still have on the way. Thread-safe.
 */
public final class CaptureWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureWorker.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration OBSERVE_EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_SENDS = Duration.ofSeconds(5);
  private static final long JOIN_MILLIS = 20_000;

  private final MirrorState state;
  private final SourceSession sessions;
  private final Supplier<Seeding> seedings;
  private final EventSink sink;
  private final StreamSettings settings;
  private final Clock clock;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private Optional<Position> sent = Optional.empty();
  private long slotBytes;
  private volatile Instant progressed;

  /**
   * A worker that has not started.
   *
   * @param seedings makes the other half, anew for each start
   * @param sink takes the events; closed with the worker
   */
  public CaptureWorker(
      MirrorState state,
      SourceSession sessions,
      Supplier<Seeding> seedings,
      EventSink sink,
      StreamSettings settings,
      Clock clock) {
    this.state = state;
    this.sessions = sessions;
    this.seedings = seedings;
    this.sink = sink;
    this.settings = settings;
    this.clock = clock;
    this.progressed = clock.instant();
    this.thread = new Thread(this::run, "mirror-worker-" + state.mirror());
    thread.setDaemon(true);
  }

  /** Starts to work, in a thread of its own; once. */
  public void start() {
    thread.start();
  }

  /** When the stored offset last moved; a healthy stream moves it at least at each heartbeat. */
  public Instant progressed() {
    return progressed;
  }

  private void run() {
    try {
      Duration pause = SHORTEST_PAUSE;
      while (stop.getCount() > 0) {
        Instant began = clock.instant();
        Optional<Fault> fault = runOnce();
        if (fault.isPresent()) {
          boolean ran = began.plus(LONGEST_PAUSE).isBefore(clock.instant());
          pause = ran ? SHORTEST_PAUSE : pause;
          LOG.warn("{} starts again in {}: {}", state.mirror(), pause, fault.get().message());
          observe(Phase.STARTING, fault);
          pause = stop.await(pause.toMillis(), TimeUnit.MILLISECONDS) ? pause : doubled(pause);
        }
      }
      observe(Phase.STOPPED, Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sink.close();
    }
  }

  private static Duration doubled(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  /** Runs until it is told to stop, or until something fails, which is returned. */
  private Optional<Fault> runOnce() throws InterruptedException {
    try {
      long fence = takeFence();
      observe(Phase.STARTING, Optional.empty());
      Seeding seeding = seedings.get();
      ReplicationSource source = seeding.prepare(sink.partitions());
      StreamEngine stream = StreamEngine.start(state, fence, sessions, source, settings, sink);
      try (SeedingThread seeds = new SeedingThread(seeding, stream.marks());
          SlotGauge slot = new SlotGauge(sessions, source.slot())) {
        watch(stream, seeds, slot);
      } finally {
        stream.stop(LAST_SENDS);
        reached(stream);
      }
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(fault(e.getCause()));
    } catch (RuntimeException e) {
      return Optional.of(fault(e));
    }
  }

  private Fault fault(Throwable e) {
    LOG.debug("{} failed", state.mirror(), e);
    return Fault.of(e instanceof Exception known ? known : new Exception(e), clock.instant());
  }

  private long takeFence() {
    return state
        .runs()
        .change(
            MirrorRun.DOCUMENT,
            run -> Optional.of(run.orElseGet(() -> MirrorRun.initial(clock.instant())).nextFence()))
        .orElseThrow()
        .fence();
  }

  private void watch(StreamEngine stream, SeedingThread seeds, SlotGauge slot)
      throws InterruptedException, ExecutionException {
    do {
      if (stream.ended().isDone()) {
        stream.ended().get();
        return;
      }
      seeds.check();
      reached(stream);
      slotBytes = slot.retainedBytes();
      observe(Phase.RUNNING, sink.trouble());
    } while (!stop.await(OBSERVE_EVERY.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void reached(StreamEngine stream) {
    Position now = stream.offset().position();
    if (!Optional.of(now).equals(sent)) {
      sent = Optional.of(now);
      progressed = clock.instant();
    }
  }

  /** A mirror that people want stopped is stopping, whatever it does until then. */
  private void observe(Phase seen, Optional<Fault> fault) {
    try {
      state
          .runs()
          .update(
              MirrorRun.DOCUMENT,
              run ->
                  run.observe(
                      run.wanted() || seen == Phase.STOPPED ? seen : Phase.STOPPING,
                      fault,
                      sent,
                      slotBytes,
                      clock.instant()));
    } catch (RuntimeException e) {
      LOG.warn("cannot say how {} stands: {}", state.mirror(), e.getMessage());
    }
  }

  /**
   * Stops within seconds: what is on its way is acknowledged and the offset stored, unless the hub
   * does not answer; then it is sent again at the next start.
   */
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
