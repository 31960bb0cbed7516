package io.deltamirror.worker;

import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.worker.lease.Lease;
import io.deltamirror.worker.lease.LeaseOwner;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link CaptureWorker} for each mirror of a store that is wanted, and stops those that are
 * not wanted any more. Several processes may do so at once: of each mirror one is the owner.
 * Thread-safe.
 */
public final class CaptureWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureWorkers.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final long JOIN_MILLIS = 30_000;

  private final MirrorStore store;
  private final Function<MirrorDefinition, CaptureWorker> factory;
  private final Duration leaseTime;
  private final Clock clock;
  private final Map<String, CaptureWorker> workers = new ConcurrentHashMap<>();
  private final Map<String, Lease> leases = new ConcurrentHashMap<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "mirror-workers");

  /**
   * Has not started.
   *
   * @param factory makes a worker for a mirror, without starting it
   * @param leaseTime how long the owner of a mirror may be silent
   */
  public CaptureWorkers(
      MirrorStore store,
      Function<MirrorDefinition, CaptureWorker> factory,
      Duration leaseTime,
      Clock clock) {
    this.store = store;
    this.factory = factory;
    this.leaseTime = leaseTime;
    this.clock = clock;
    thread.setDaemon(true);
  }

  /** Starts to look at the store, in a thread of its own; once. */
  public void start() {
    thread.start();
  }

  /** How this process stands with each mirror that is wanted. */
  public Map<String, WorkerHealth> health() {
    Map<String, WorkerHealth> health = new ConcurrentHashMap<>();
    workers.forEach((mirror, worker) -> health.put(mirror, worker.health()));
    return health;
  }

  private void run() {
    try {
      do {
        try {
          store.mirrors().forEach(this::reconcile);
        } catch (RuntimeException e) {
          LOG.warn("cannot see what is wanted: {}", e.getMessage());
        }
      } while (!stop.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      workers.values().parallelStream().forEach(CaptureWorker::close);
    }
  }

  private void reconcile(String mirror) {
    MirrorState state = new MirrorState(store, mirror);
    Optional<MirrorRun> run = state.run();
    boolean wanted = run.filter(MirrorRun::wanted).isPresent();
    CaptureWorker running = workers.get(mirror);
    if (wanted && running == null) {
      state.definition().ifPresent(definition -> launch(mirror, definition));
    } else if (!wanted && running != null) {
      running.close();
      workers.remove(mirror);
    } else if (!wanted && run.filter(r -> r.phase() == Phase.STOPPING).isPresent()) {
      stopped(state, leases.computeIfAbsent(mirror, m -> lease(state)));
    } else {
      leases.remove(mirror);
    }
  }

  private Lease lease(MirrorState state) {
    return new Lease(
        state.store(), state.mirror(), LeaseOwner.unique(), leaseTime, System::nanoTime);
  }

  private void launch(String mirror, MirrorDefinition definition) {
    CaptureWorker worker = factory.apply(definition);
    workers.put(mirror, worker);
    worker.start();
  }

  /** Says that nobody runs it, when that is so: another process may be about to stop it. */
  private void stopped(MirrorState state, Lease lease) {
    if (!lease.attempt()) {
      return;
    }
    state
        .runs()
        .update(
            MirrorRun.DOCUMENT,
            run ->
                run.wanted()
                    ? run
                    : run.observe(
                        Phase.STOPPED,
                        Optional.empty(),
                        run.sent(),
                        run.slotBytes(),
                        clock.instant()));
    lease.release();
  }

  /** Stops all of them, side by side, within seconds. */
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
