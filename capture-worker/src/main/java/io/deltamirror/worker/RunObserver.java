package io.deltamirror.worker;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the mirror's {@link MirrorRun} how its worker stands, as long as that worker's fence is
 * the last one. Thread-safe.
 */
final class RunObserver {
  private static final Logger LOG = LoggerFactory.getLogger(RunObserver.class);

  private final MirrorState state;
  private final Clock clock;
  private long fence;
  private Optional<Position> sent = Optional.empty();
  private long slotBytes;

  RunObserver(MirrorState state, Clock clock) {
    this.state = state;
    this.clock = clock;
  }

  /** A tenure has begun. */
  synchronized void began(long withFence) {
    fence = withFence;
  }

  /** Takes in how far the stream is; returns whether that is further than before. */
  synchronized boolean reached(Position now) {
    boolean further = !Optional.of(now).equals(sent);
    sent = Optional.of(now);
    return further;
  }

  synchronized void holdsBack(long bytes) {
    slotBytes = bytes;
  }

  /** A mirror that people want stopped is stopping, whatever it does until then. */
  synchronized void observe(Phase seen, Optional<Fault> fault) {
    try {
      state
          .runs()
          .update(
              MirrorRun.DOCUMENT,
              run ->
                  run.fence() == fence
                      ? run.observe(
                          run.wanted() || seen == Phase.STOPPED ? seen : Phase.STOPPING,
                          fault,
                          sent.or(run::sent),
                          slotBytes,
                          clock.instant())
                      : run);
    } catch (RuntimeException e) {
      LOG.warn("cannot say how {} stands: {}", state.mirror(), e.getMessage());
    }
  }
}
