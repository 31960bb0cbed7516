package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.BatchHeader;
import io.deltamirror.core.change.ChangeReader;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes batches as the protocol says: known ones are dropped, a hole in the chain fails. */
final class AppliedChanges {
  private final Map<Long, Position> applied = new HashMap<>();
  private final Map<Long, List<RowChange>> changes = new HashMap<>();

  static AppliedChanges of(List<HubEvent> events) {
    AppliedChanges all = new AppliedChanges();
    for (HubEvent event : events) {
      if (event instanceof ChangeBatch batch) {
        all.apply(batch);
      }
    }
    return all;
  }

  private void apply(ChangeBatch batch) {
    BatchHeader header = batch.header();
    long oid = header.table().oid();
    Position before = applied.getOrDefault(oid, Position.startOf(header.generation()));
    if (!header.last().isAfter(before)) {
      return;
    }
    assertThat(header.previous().isAfter(before))
        .as("hole before %s: %s, applied %s", header.first(), header.previous(), before)
        .isFalse();
    try (ChangeReader reader = new ChangeReader(batch)) {
      while (reader.hasNext()) {
        RowChange change = reader.next();
        if (change.isAfter(header.generation(), before)) {
          changes.computeIfAbsent(oid, o -> new ArrayList<>()).add(change);
        }
      }
    }
    applied.put(oid, header.last());
  }

  List<RowChange> of(long oid) {
    return changes.getOrDefault(oid, List.of());
  }
}
