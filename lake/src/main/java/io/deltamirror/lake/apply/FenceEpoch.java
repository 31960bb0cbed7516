package io.deltamirror.lake.apply;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.state.PartitionMark;
import java.util.Comparator;

/**
 * Which worker an event comes from. A later generation wins over any fence: fences begin anew where
 * the state was lost.
 */
record FenceEpoch(long generation, long fence) {
  /** Below all others. */
  static final FenceEpoch NONE = new FenceEpoch(-1, -1);

  private static final Comparator<FenceEpoch> ORDER =
      Comparator.comparingLong(FenceEpoch::generation).thenComparingLong(FenceEpoch::fence);

  static FenceEpoch of(HubEvent event) {
    return new FenceEpoch(event.generation(), event.fence());
  }

  static FenceEpoch of(PartitionMark mark) {
    return new FenceEpoch(mark.position().generation(), mark.fence());
  }

  boolean isBelow(FenceEpoch other) {
    return ORDER.compare(this, other) < 0;
  }
}
