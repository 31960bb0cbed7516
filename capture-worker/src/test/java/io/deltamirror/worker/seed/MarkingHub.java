package io.deltamirror.worker.seed;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.worker.stream.EventSink;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A hub whose partitions are applied at once, as far as they are applied at all. */
final class MarkingHub implements EventSink {
  private final MirrorState mirror;
  int partitions = 4;

  /** Of the partitions, the first so many are applied. */
  int applied = 4;

  Optional<Instant> created = Optional.of(Instant.parse("2026-01-01T00:00:00Z"));

  MarkingHub(MirrorState mirror) {
    this.mirror = mirror;
  }

  @Override
  public int partitions() {
    return partitions;
  }

  @Override
  public Optional<Instant> created() {
    return created;
  }

  @Override
  public void publish(List<HubEvent> events) {
    for (HubEvent event : events) {
      Watermark watermark = (Watermark) event;
      for (int p = 0; p < applied; p++) {
        mirror
            .marks()
            .put(
                PartitionMark.document(p),
                new PartitionMark(
                    p,
                    watermark.position(),
                    watermark.commitMicros(),
                    Instant.now(),
                    watermark.fence(),
                    0));
      }
    }
  }

  @Override
  public void close() {}
}
