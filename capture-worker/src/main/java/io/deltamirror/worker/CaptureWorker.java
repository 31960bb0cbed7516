package io.deltamirror.worker;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.worker.WorkerHealth.Role;
import io.deltamirror.worker.lease.Lease;
import io.deltamirror.worker.lease.LeaseKeeper;
import io.deltamirror.worker.lease.LeaseOwner;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.StreamEngine;
import io.deltamirror.worker.stream.StreamSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one mirror running as long as it owns it: its stream and its seeding. Of several workers of
 * a mirror one holds the lease; the others stand by. Whatever fails, stream and seeding are stopped
 * and started again, after a pause that doubles from one second to thirty. About once a second it
 * writes to the mirror's {@link io.deltamirror.core.state.MirrorRun} how it stands.
 *
 * <p>Each start takes the next fence number, so that those who apply its events can refuse what an
 * earlier start may still have on the way. Thread-safe.
 */
public final class CaptureWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureWorker.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /**
   * To drain the hub, to make a slot, or to look through its WAL may take long; to be ended as
   * silent meanwhile would be to begin anew for ever.
   */
  private static final Duration LONGEST_START = Duration.ofMinutes(90);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration CHECK_EVERY = Duration.ofMillis(100);
  private static final Duration LAST_SENDS = Duration.ofSeconds(5);
  private static final long JOIN_MILLIS = 20_000;

  private final MirrorState state;
  private final SourceSession sessions;
  private final Function<Tenure, Seeding> seedings;
  private final EventSink sink;
  private final StreamSettings settings;
  private final WorkerTimes times;
  private final Clock clock;
  private final LeaseKeeper keeper;
  private final RunObserver observer;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile long progressNanos = System.nanoTime();

  /** By {@link System#nanoTime()}; null outside of a start's preparation. */
  private volatile Long preparedSince;

  /**
   * A worker that has not started.
   *
   * @param seedings makes the other half, anew for each start
   * @param sink takes the events; closed with the worker
   * @param clock for what people read; no waiting depends on it
   */
  public CaptureWorker(
      MirrorState state,
      SourceSession sessions,
      Function<Tenure, Seeding> seedings,
      EventSink sink,
      StreamSettings settings,
      WorkerTimes times,
      Clock clock) {
    this.state = state;
    this.sessions = sessions.answeringWithin(times.source());
    this.seedings = seedings;
    this.sink = sink;
    this.settings = settings;
    this.times = times;
    this.clock = clock;
    Lease lease =
        new Lease(
            state.store(), state.mirror(), LeaseOwner.unique(), times.lease(), System::nanoTime);
    this.keeper = new LeaseKeeper(lease, state.mirror(), System::nanoTime);
    this.observer = new RunObserver(state, clock);
    this.thread = new Thread(this::run, "mirror-worker-" + state.mirror());
    thread.setDaemon(true);
  }

  /** Starts to work, in a thread of its own; once. */
  public void start() {
    keeper.start();
    thread.start();
  }

  /** Whether it owns the mirror, and since when nothing moved; a healthy one moves in seconds. */
  public WorkerHealth health() {
    boolean owner = keeper.lease().held();
    long now = System.nanoTime();
    Optional<Long> preparing =
        Optional.ofNullable(preparedSince).filter(since -> now - since < LONGEST_START.toNanos());
    long since =
        owner ? preparing.map(ignored -> now).orElse(progressNanos) : keeper.answeredNanos();
    return new WorkerHealth(
        owner ? Role.OWNER : Role.STANDBY, Duration.ofNanos(Math.max(0, now - since)));
  }

  private void run() {
    boolean owned = false;
    try {
      Duration pause = SHORTEST_PAUSE;
      while (stop.getCount() > 0) {
        if (!keeper.lease().held()) {
          owned = false;
          stop.await(CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
          continue;
        }
        if (!owned) {
          owned = true;
          pause = SHORTEST_PAUSE;
          progressNanos = System.nanoTime();
        }
        long began = System.nanoTime();
        Optional<Fault> fault = runOnce();
        if (fault.isPresent() && keeper.lease().held()) {
          boolean ran = System.nanoTime() - began > LONGEST_PAUSE.toNanos();
          pause = ran ? SHORTEST_PAUSE : pause;
          LOG.warn("{} starts again in {}: {}", state.mirror(), pause, fault.get().message());
          observer.observe(Phase.STARTING, fault);
          pause = stop.await(pause.toMillis(), TimeUnit.MILLISECONDS) ? pause : doubled(pause);
        } else if (fault.isPresent()) {
          LOG.warn("{} is another worker's now: {}", state.mirror(), fault.get().message());
        }
      }
      if (keeper.lease().held()) {
        observer.observe(Phase.STOPPED, Optional.empty());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      keeper.close();
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
      Tenure tenure = Tenure.begin(state, keeper.lease(), stop, clock.instant());
      observer.began(tenure.fence());
      observer.observe(Phase.STARTING, Optional.empty());
      EventSink owned = new OwnedSink(sink, tenure);
      Seeding seeding = seedings.apply(tenure);
      ReplicationSource source = prepared(seeding, owned);
      tenure.require();
      StreamEngine stream =
          StreamEngine.start(tenure.state(), tenure.fence(), sessions, source, settings, owned);
      Duration lastSends = Duration.ZERO;
      try (SeedingThread seeds = new SeedingThread(seeding, stream.marks());
          StreamWatch watch =
              new StreamWatch(
                  stream, sessions, source.slot(), sink, tenure, observer, this::progressed)) {
        watch(stream, seeds, watch, tenure);
        lastSends = LAST_SENDS;
      } finally {
        stream.stop(lastSends);
        observer.reached(stream.offset().position());
      }
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(fault(e.getCause()));
    } catch (RuntimeException e) {
      return Optional.of(fault(e));
    }
  }

  /** The time that this takes is no silence. */
  private ReplicationSource prepared(Seeding seeding, EventSink owned) {
    long began = System.nanoTime();
    long silentSince = progressNanos;
    preparedSince = began;
    try {
      return seeding.prepare(owned);
    } finally {
      preparedSince = null;
      progressNanos = silentSince + System.nanoTime() - began;
    }
  }

  private void progressed() {
    progressNanos = System.nanoTime();
  }

  private Fault fault(Throwable e) {
    LOG.debug("{} failed", state.mirror(), e);
    return Fault.of(e instanceof Exception known ? known : new Exception(e), clock.instant());
  }

  /** Asks nothing that may not answer: the lease must be given up in time. */
  private void watch(StreamEngine stream, SeedingThread seeds, StreamWatch watch, Tenure tenure)
      throws InterruptedException, ExecutionException {
    do {
      if (stream.ended().isDone()) {
        stream.ended().get();
        return;
      }
      seeds.check();
      watch.requireAlive(times.source());
    } while (tenure.pause(CHECK_EVERY));
  }

  /**
   * Stops within seconds: what is on its way is acknowledged and the offset stored, unless the hub
   * does not answer; then it is sent again at the next start. The next worker can start at once.
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
