package io.deltamirror.lake.apply;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.hub.HubHistory;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableEmptier;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings events of the hub {@code changes} into the Delta tables: what ApplyChanges does.
 * Thread-safe; events of a partition are to be given in order, by one thread at a time.
 *
 * <p>At least once is enough: events that come again change nothing. Tables are committed one by
 * one; each commit holds the position that it brings its table to.
 */
public final class ChangeApplier {
  private final LakeStorage storage;
  private final MirrorStore store;
  private final DeltaTables tables;
  private final ApplyOptions options;
  private final HubHistory history;
  private final InstantSource clock;
  private final LargeBatches large;
  private final SliceWriter writer;
  private final TableEvolution evolution;
  private final TableEmptier emptier;
  private final EventGate gate;
  private final Refusals refusals;
  private final PartitionFences fences;

  /**
   * @param history of the hub that the events come from
   */
  public ChangeApplier(
      LakeStorage storage,
      MirrorStore store,
      DeltaTables tables,
      ApplyOptions options,
      HubHistory history,
      InstantSource clock) {
    this.storage = storage;
    this.store = store;
    this.tables = tables;
    this.options = options;
    this.history = history;
    this.clock = clock;
    this.large = new LargeBatches(storage);
    this.writer = new SliceWriter(tables.files(), options);
    this.evolution = new TableEvolution(new FileRewriter(storage, tables.files(), options));
    this.emptier = new TableEmptier(tables, clock);
    this.gate = new EventGate(store);
    this.refusals = new Refusals(store, gate, new DeadLetters(storage, clock), tables, clock);
    this.fences = new PartitionFences(store, clock);
  }

  /**
   * Applies the events of one invocation. When it returns, everything in them is in the tables, in
   * their spools, or recorded as a table's fault.
   *
   * @param partition of the hub
   * @param bodies the events' bodies, in order
   * @throws IOException or {@link MirrorException} when lake or state store fail; the same events
   *     are to be given again
   */
  public void apply(int partition, List<byte[]> bodies) throws IOException {
    List<HubEvent> waiting = new ArrayList<>();
    Map<String, Long> stale = new LinkedHashMap<>();
    for (byte[] body : bodies) {
      HubEvent event;
      try {
        event = EventCodec.decode(body);
        gate.admit(event);
      } catch (MirrorException e) {
        if (e.code().retriable()) {
          throw e;
        }
        // What went before comes before: it is not to wait in the spool of a table that now fails.
        applyAll(partition, waiting);
        refusals.refuse(partition, body, e);
        continue;
      }
      if (fences.refuses(partition, event)) {
        stale.merge(event.mirror(), 1L, Long::sum);
        continue;
      }
      if (fences.rises(partition, event)) {
        applyAll(partition, waiting);
        fences.raise(partition, event);
      }
      waiting.add(event);
    }
    applyAll(partition, waiting);
    fences.count(partition, stale);
  }

  /** Applies them and forgets them. */
  private void applyAll(int partition, List<HubEvent> events) throws IOException {
    Map<TableKey, List<HubEvent>> byTable = new LinkedHashMap<>();
    Map<String, Watermark> watermarks = new LinkedHashMap<>();
    events.forEach(event -> sort(event, byTable, watermarks));
    for (Map.Entry<TableKey, List<HubEvent>> turn : byTable.entrySet()) {
      turn(partition, turn.getKey()).run(turn.getValue());
    }
    watermarks.values().forEach(watermark -> mark(partition, watermark));
    Failpoints.reach(Failpoint.APPLY_MARK_WRITTEN);
    events.clear();
  }

  private static void sort(
      HubEvent event, Map<TableKey, List<HubEvent>> byTable, Map<String, Watermark> watermarks) {
    if (event instanceof Watermark watermark) {
      watermarks.put(watermark.mirror(), watermark);
    }
    event
        .tableOid()
        .map(oid -> new TableKey(event.mirror(), oid))
        .ifPresent(key -> byTable.computeIfAbsent(key, k -> new ArrayList<>()).add(event));
  }

  private TableTurn turn(int partition, TableKey key) {
    MirrorState mirror = new MirrorState(store, key.mirror());
    ProgressRecorder progress = new ProgressRecorder(mirror.progress(), key.oid(), clock);
    MissingBatches missing =
        new MissingBatches(history, gate, partition, key, large, progress::sourceTime);
    return new TableTurn(
        key,
        mirror,
        new Spool(storage, key.mirror(), key.oid()),
        large,
        state ->
            new BatchApplier(
                writer,
                evolution,
                options,
                tables.of(state.name()),
                key.mirror(),
                state,
                missing,
                progress),
        (body, why) -> refusals.keep(partition, key, body, why),
        emptier,
        clock);
  }

  private void mark(int partition, Watermark watermark) {
    new MirrorState(store, watermark.mirror())
        .marks()
        .change(
            PartitionMark.document(partition),
            present ->
                Optional.of(
                    reached(present.orElseGet(() -> begun(partition, watermark)), watermark)));
  }

  private PartitionMark begun(int partition, Watermark watermark) {
    return PartitionMark.begun(
        partition, watermark.generation(), watermark.fence(), clock.instant());
  }

  private PartitionMark reached(PartitionMark mark, Watermark watermark) {
    return watermark.position().isAfter(mark.position())
        ? mark.reached(watermark.position(), watermark.commitMicros(), clock.instant())
        : mark;
  }
}
