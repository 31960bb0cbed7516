package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.TableDropped;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SourceIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds what events say of themselves against what the state store says, which only the mirror's
 * own parts can write: a position or a fence from the future would make a table, or a partition,
 * ignore everything that comes after it. Thread-safe.
 *
 * <p>The worker stores its generation and takes its fence before it sends the first event under
 * them. So an event that is ahead of the store is none of its own; one that is behind is left to
 * the rules of positions and fences. What is known of a mirror is remembered, and read again before
 * an event is refused.
 */
final class EventGate {
  /** WAL that no source can have written since the worker last said how far it is: 256 TiB. */
  private static final long MOST_AHEAD = 1L << 48;

  /** WAL that no source has ever written: 64 PiB. */
  private static final long MOST_EVER = 1L << 56;

  private final MirrorStore store;
  private final Map<String, Known> mirrors = new ConcurrentHashMap<>();

  /** What the store says of a mirror. */
  private record Known(Optional<SourceIdentity> identity, long fence, Optional<Position> sent) {}

  EventGate(MirrorStore store) {
    this.store = store;
  }

  /**
   * Lets an event in.
   *
   * @throws MirrorException {@code MIRROR_NOT_FOUND} when its mirror is not defined, {@code
   *     MALFORMED_EVENT} when no worker of that mirror can have sent it
   */
  void admit(HubEvent event) {
    Known known = mirrors.get(event.mirror());
    if (known != null && objection(event, known).isEmpty()) {
      return;
    }
    if (!isMirror(event.mirror())) {
      mirrors.remove(event.mirror());
      throw new MirrorException(
          ErrorCode.MIRROR_NOT_FOUND, "an event of a mirror that is not defined");
    }
    Known fresh = read(event.mirror());
    Optional<String> objection = objection(event, fresh);
    if (objection.isPresent()) {
      throw new MirrorException(ErrorCode.MALFORMED_EVENT, objection.get());
    }
    mirrors.put(event.mirror(), fresh);
  }

  /** Whether a mirror of that name is defined; any text may be asked for. */
  boolean isMirror(String name) {
    return MirrorDefinition.isName(name) && new MirrorState(store, name).definition().isPresent();
  }

  private Known read(String mirror) {
    MirrorState state = new MirrorState(store, mirror);
    Optional<MirrorRun> run = state.run();
    return new Known(
        state.identity(), run.map(MirrorRun::fence).orElse(0L), run.flatMap(MirrorRun::sent));
  }

  private static Optional<String> objection(HubEvent event, Known known) {
    if (known.identity().isEmpty()) {
      return Optional.of("it was sent before the mirror's worker had started");
    }
    long generation = known.identity().get().generation();
    Optional<Position> position = position(event);
    if (position.isPresent()) {
      long of = position.get().generation();
      if (of > generation) {
        return Optional.of("its generation " + of + " is not one of the mirror's");
      }
      if (of < generation) {
        return Optional.empty();
      }
      if (isAbsurd(position.get(), known.sent())) {
        return Optional.of("its position " + position.get() + " is beyond any WAL of the source");
      }
    }
    return event.fence() < 0 || event.fence() > known.fence()
        ? Optional.of("its fence " + event.fence() + " was never given to a worker")
        : Optional.empty();
  }

  private static boolean isAbsurd(Position position, Optional<Position> sent) {
    long limit =
        sent.filter(known -> known.generation() == position.generation())
            .map(known -> known.commitLsn() + MOST_AHEAD)
            .orElse(MOST_EVER);
    return Long.compareUnsigned(position.commitLsn(), limit) > 0;
  }

  /** The furthest position that an event names. */
  private static Optional<Position> position(HubEvent event) {
    if (event instanceof ChangeBatch batch) {
      return Optional.of(batch.header().last());
    }
    if (event instanceof BatchReference reference) {
      return Optional.of(reference.header().last());
    }
    if (event instanceof Watermark watermark) {
      return Optional.of(watermark.position());
    }
    if (event instanceof SeedBegin begin) {
      return Optional.of(begin.floor());
    }
    if (event instanceof SeedReady ready) {
      return Optional.of(ready.sent());
    }
    return Optional.of(((TableDropped) event).sent());
  }
}
