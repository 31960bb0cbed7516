package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.TableDropped;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.delta.TableEmptier;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One table's events within one invocation, in order: what is done with each follows from the
 * table's state (docs/architecture.md, "A seed"). A fault of the table ends in its state; any other
 * one is thrown. For one thread.
 */
final class TableTurn {
  private static final Logger LOG = LoggerFactory.getLogger(TableTurn.class);

  /** Makes the applier for a table in the given state. */
  interface Appliers {
    BatchApplier of(TableState state);
  }

  /** Hears of a batch that the table failed by. */
  interface BadBatches {
    void keep(byte[] body, MirrorException why) throws IOException;
  }

  private final TableKey key;
  private final MirrorState states;
  private final Spool spool;
  private final LargeBatches large;
  private final Appliers appliers;
  private final BadBatches bad;
  private final TableEmptier emptier;
  private final InstantSource clock;
  private final List<HubEvent> pending = new ArrayList<>();
  private Optional<TableState> state = Optional.empty();

  /** What was read last: what a fault of a batch's content is about. */
  private Optional<HubEvent> suspect = Optional.empty();

  TableTurn(
      TableKey key,
      MirrorState states,
      Spool spool,
      LargeBatches large,
      Appliers appliers,
      BadBatches bad,
      TableEmptier emptier,
      InstantSource clock) {
    this.key = key;
    this.states = states;
    this.spool = spool;
    this.large = large;
    this.appliers = appliers;
    this.bad = bad;
    this.emptier = emptier;
    this.clock = clock;
  }

  void run(List<HubEvent> events) throws IOException {
    state = states.table(key.oid());
    for (HubEvent event : events) {
      if (event instanceof SeedBegin begin) {
        applyPending();
        begin(begin);
      } else if (event instanceof SeedReady ready) {
        applyPending();
        ready(ready);
      } else if (event instanceof TableDropped dropped) {
        applyPending();
        drop(dropped);
      } else {
        pending.add(event);
      }
    }
    applyPending();
  }

  /** Applies, spools or drops the batches since the last mark of a seed. */
  private void applyPending() throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    if (state.isPresent() && isLive(state.get())) {
      guarded(pending.stream().map(this::asPending).toList(), Optional.empty(), lastShape());
    }
    if (state.isPresent() && isSpooling(state.get())) {
      for (HubEvent event : pending) {
        spool(state.get().seed(), event);
      }
    }
    pending.clear();
  }

  private static boolean isLive(TableState state) {
    return state.at(state.seed(), SeedStage.LIVE);
  }

  /** A failed table's batches wait, too; only one that never had a seed has nothing to wait for. */
  private static boolean isSpooling(TableState state) {
    boolean waiting = state.stage() != SeedStage.REQUESTED && state.stage() != SeedStage.LIVE;
    boolean gone = state.seed() == 0 || state.status() == TableStatus.STOPPED;
    return !gone && (waiting || state.status() == TableStatus.FAILED);
  }

  private TableSchema lastShape() {
    HubEvent last = pending.get(pending.size() - 1);
    return last instanceof ChangeBatch batch
        ? batch.header().table()
        : ((BatchReference) last).header().table();
  }

  private PendingBatch asPending(HubEvent event) {
    return () -> {
      suspect = Optional.of(event);
      return event instanceof ChangeBatch batch ? batch : large.read((BatchReference) event);
    };
  }

  private PendingBatch asSuspect(PendingBatch spooled) {
    return () -> {
      suspect = Optional.empty();
      ChangeBatch batch = spooled.load();
      suspect = Optional.of(batch);
      return batch;
    };
  }

  /** A batch whose body cannot be had is a fault of the table; what refers to it is kept. */
  private void spool(int seed, HubEvent event) throws IOException {
    try {
      spool.put(seed, asPending(event).load());
      Failpoints.reach(Failpoint.APPLY_SPOOL_WRITTEN);
    } catch (MirrorException e) {
      if (Faults.isShared(e)) {
        throw e;
      }
      LOG.warn("{}/{}: a batch cannot be spooled: {}", key.mirror(), key.oid(), e.getMessage());
      fail(e);
    }
  }

  private void begin(SeedBegin begin) throws IOException {
    update(present -> present.spooling(begin.seed(), begin.floor(), clock.instant()));
    Failpoints.reach(Failpoint.APPLY_SEED_BEGUN);
    if (state.isPresent() && state.get().at(begin.seed(), SeedStage.SPOOLING)) {
      spool.delete(begin.seed() - 1);
      Failpoints.reach(Failpoint.APPLY_SPOOL_DELETED);
    }
  }

  private void ready(SeedReady ready) throws IOException {
    if (state.isPresent() && state.get().at(ready.seed(), SeedStage.LIVE)) {
      // Said again to every live table from time to time: most have it all, and are not opened.
      if (!hasRecorded(ready.sent())) {
        guarded(List.of(), Optional.of(ready.sent()), state.get().schema().orElseThrow());
      }
      leaveFormerNames();
      return;
    }
    if (state.isPresent() && state.get().at(ready.seed(), SeedStage.SEEDED)) {
      TableState seeded = state.get();
      TableSchema shape = seeded.schema().orElseThrow();
      if (guarded(spooled(ready.seed()), Optional.of(ready.sent()), shape)) {
        Failpoints.reach(Failpoint.APPLY_SPOOL_APPLIED);
        update(present -> present.live(ready.seed(), clock.instant()));
        Failpoints.reach(Failpoint.APPLY_SEED_LIVE);
      }
      if (state.isPresent() && state.get().at(ready.seed(), SeedStage.LIVE)) {
        // What a crash here leaves goes with the next seed; by position it counts for nothing.
        spool.delete(ready.seed());
        Failpoints.reach(Failpoint.APPLY_SPOOL_DELETED);
        leaveFormerNames();
      }
    }
  }

  /** What the table has under its present name it is not to have under former ones, too. */
  private void leaveFormerNames() {
    TableState now = state.orElseThrow();
    List<TableName> former = now.shapes().formerNames();
    if (former.isEmpty() || !isLive(now)) {
      return;
    }
    // A name that came back is among them no longer; a copy may have been begun under another one.
    former.forEach(name -> empty(name, now.seed()));
    update(
        present ->
            present.seed() == now.seed()
                ? present.with(present.shapes().without(former))
                : present);
  }

  /**
   * The source has no such table any more. It is emptied before the state says so, as then nobody
   * would come back to it; and once more after it, as a copy that was under way may have been
   * committed meanwhile. One that comes later than that empties the table itself.
   */
  private void drop(TableDropped dropped) throws IOException {
    boolean outdated =
        states
            .identity()
            .filter(identity -> identity.generation() > dropped.generation())
            .isPresent();
    if (outdated || state.isEmpty()) {
      // In a restored database the table may be there again; its worker looks for itself.
      return;
    }
    empty(state.get());
    update(
        present ->
            present.status() == TableStatus.STOPPED
                ? present
                : present.dropped("it was dropped on the source", dropped.sent(), clock.instant()));
    if (state.isPresent()) {
      spool.delete(state.get().seed());
      empty(state.get());
    }
  }

  private void empty(TableState of) {
    empty(of.name(), of.seed());
    of.shapes().formerNames().forEach(name -> empty(name, of.seed()));
  }

  /** What cannot be read for what it is, is none of the mirror's. */
  private void empty(TableName name, int seed) {
    try {
      emptier.empty(name, key.mirror(), key.oid(), seed);
    } catch (RuntimeException e) {
      if (Faults.isShared(e)) {
        throw e;
      }
      LOG.warn("{}/{}: the folder of {} stays as it is", key.mirror(), key.oid(), name, e);
    }
  }

  /** Never more than the table has: a record is written behind its commit. */
  private boolean hasRecorded(Position sent) {
    return states
        .progress()
        .get(TableProgress.document(key.oid()))
        .flatMap(TableProgress::applied)
        .filter(applied -> !sent.isAfter(applied))
        .isPresent();
  }

  private List<PendingBatch> spooled(int seed) throws IOException {
    return spool.list(seed).stream().map(this::asSuspect).toList();
  }

  /**
   * Applies batches; a fault of the table becomes its state.
   *
   * @return whether all went well
   */
  private boolean guarded(List<PendingBatch> batches, Optional<Position> end, TableSchema shape)
      throws IOException {
    try {
      appliers.of(state.orElseThrow()).apply(batches, end);
      return true;
    } catch (IOException | RuntimeException e) {
      Exception fault = Faults.ofTable(e);
      if (fault instanceof OtherShapeException other) {
        reseed(other.shape(), other);
      } else if (fault instanceof MirrorException gap && gap.code() == ErrorCode.GAP_IN_STREAM) {
        reseed(shape, gap);
      } else if (Faults.isShared(fault)) {
        throw e;
      } else {
        fail(fault);
      }
      return false;
    }
  }

  /** Everything before the fault is committed, so that is where another shape began. */
  private void reseed(TableSchema shape, MirrorException why) {
    LOG.warn("{}/{} is reseeded: {}", key.mirror(), key.oid(), why.getMessage());
    TableState before = state.orElseThrow();
    String reason = why.code() + ": " + why.getMessage();
    update(
        present ->
            present.at(before.seed(), before.stage())
                ? present.reseed(
                    shape.withMissing(Map.of()), reason, reached(present), clock.instant())
                : present);
  }

  private Position reached(TableState present) {
    return states
        .progress()
        .get(TableProgress.document(key.oid()))
        .flatMap(TableProgress::applied)
        .or(present::floor)
        .orElse(Position.startOf(0));
  }

  private void fail(Exception why) throws IOException {
    LOG.error("{}/{} fails", key.mirror(), key.oid(), why);
    int seed = state.orElseThrow().seed();
    update(
        present ->
            present.seed() == seed
                    && present.status() != TableStatus.FAILED
                    && present.status() != TableStatus.STOPPED
                ? present.fail(Fault.of(why, clock.instant()))
                : present);
    if (why instanceof MirrorException known && isOfContent(known) && suspect.isPresent()) {
      bad.keep(EventCodec.encode(suspect.get()), known);
    }
  }

  /** Whether the batch itself is at fault, and not its rows or the table in the lake. */
  private static boolean isOfContent(MirrorException e) {
    return e.code() == ErrorCode.MALFORMED_EVENT || e.code() == ErrorCode.UNSUPPORTED_DATA_TYPE;
  }

  private void update(UnaryOperator<TableState> change) {
    state = states.tables().update(TableState.document(key.oid()), change);
  }
}
