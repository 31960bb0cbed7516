package io.deltamirror.lake.apply;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.Documents;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.PartitionMark;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses the events of workers that others have taken over from. Thread-safe.
 *
 * <p>The highest fence seen is in the partition's mark before an event that carries it is applied,
 * and after everything before that event is. So a lower one that comes later was either applied
 * already, or sent by a worker that did not know that it is no longer the owner; the owner sends
 * the same changes again.
 */
final class PartitionFences {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFences.class);

  private final MirrorStore store;
  private final InstantSource clock;
  private final Map<Source, FenceEpoch> highest = new ConcurrentHashMap<>();

  private record Source(int partition, String mirror) {}

  PartitionFences(MirrorStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Whether the event is of a worker that is no longer the owner. */
  boolean refuses(int partition, HubEvent event) {
    FenceEpoch own = FenceEpoch.of(event);
    return own.isBelow(known(partition, event.mirror()));
  }

  /** Whether it is the first of a newer worker. */
  boolean rises(int partition, HubEvent event) {
    return known(partition, event.mirror()).isBelow(FenceEpoch.of(event));
  }

  /** From here on the event's worker is the owner; everything before it must be applied. */
  void raise(int partition, HubEvent event) {
    FenceEpoch to = FenceEpoch.of(event);
    PartitionMark mark =
        marks(event.mirror())
            .change(
                PartitionMark.document(partition),
                present -> Optional.of(raised(partition, present, to)))
            .orElseThrow();
    highest.put(new Source(partition, event.mirror()), FenceEpoch.of(mark));
    Failpoints.reach(Failpoint.APPLY_FENCE_RAISED);
  }

  private PartitionMark raised(int partition, Optional<PartitionMark> present, FenceEpoch to) {
    if (present.isPresent() && to.isBelow(FenceEpoch.of(present.get()))) {
      return present.get();
    }
    return present
        .filter(mark -> mark.position().generation() == to.generation())
        .map(mark -> mark.raised(to.fence(), clock.instant()))
        .orElseGet(
            () ->
                PartitionMark.begun(partition, to.generation(), to.fence(), clock.instant())
                    .refusing(present.map(PartitionMark::refused).orElse(0L), clock.instant()));
  }

  /**
   * Tells of refused events, for people.
   *
   * @param refused how many, by mirror
   */
  void count(int partition, Map<String, Long> refused) {
    refused.forEach((mirror, events) -> count(partition, mirror, events));
  }

  private void count(int partition, String mirror, long events) {
    LOG.warn(
        "Partition {}: {} events of {} are refused: another worker has taken over ({})",
        partition,
        events,
        mirror,
        known(partition, mirror));
    marks(mirror)
        .update(PartitionMark.document(partition), mark -> mark.refusing(events, clock.instant()));
  }

  private FenceEpoch known(int partition, String mirror) {
    return highest.computeIfAbsent(
        new Source(partition, mirror),
        source ->
            marks(mirror)
                .get(PartitionMark.document(partition))
                .map(FenceEpoch::of)
                .orElse(FenceEpoch.NONE));
  }

  private Documents<PartitionMark> marks(String mirror) {
    return new MirrorState(store, mirror).marks();
  }
}
