package io.deltamirror.lake.apply;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.deadletter.BadEvent;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableVersion;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What becomes of events of the hub {@code changes} that cannot be used: each is kept as a dead
 * letter, and the table whose changes were in it fails, as none may be skipped silently.
 * Thread-safe.
 *
 * <p>Where the event does not say what table that is, the next batch of that table shows the hole.
 */
final class Refusals {
  private final MirrorStore store;
  private final EventGate gate;
  private final DeadLetters letters;
  private final DeltaTables tables;
  private final InstantSource clock;

  Refusals(
      MirrorStore store,
      EventGate gate,
      DeadLetters letters,
      DeltaTables tables,
      InstantSource clock) {
    this.store = store;
    this.gate = gate;
    this.letters = letters;
    this.tables = tables;
    this.clock = clock;
  }

  /** Refuses an event before any table has seen it. */
  void refuse(int partition, byte[] body, MirrorException why) throws IOException {
    Claims claims = Claims.of(body);
    Optional<String> mirror = claims.mirror().filter(gate::isMirror);
    Optional<TableState> table =
        mirror.flatMap(
            name -> claims.oid().flatMap(oid -> new MirrorState(store, name).table(oid)));
    BadEvent event =
        new BadEvent(
            DeadLetters.CHANGES,
            partition,
            body,
            why,
            mirror,
            claims.oid(),
            table.map(state -> state.name().toString()));
    // The table first: whoever finds the letter later, delivered again, need not fail it again.
    if (table.isPresent() && lacks(table.get(), claims, event)) {
      fail(mirror.get(), table.get(), why);
    }
    keep(event);
  }

  /** Keeps a batch whose table has failed by it. */
  void keep(int partition, TableKey key, byte[] body, MirrorException why) throws IOException {
    keep(
        new BadEvent(
            DeadLetters.CHANGES,
            partition,
            body,
            why,
            Optional.of(key.mirror()),
            Optional.of(key.oid()),
            new MirrorState(store, key.mirror())
                .table(key.oid())
                .map(state -> state.name().toString())));
  }

  private void keep(BadEvent event) throws IOException {
    letters.keep(event);
    Failpoints.reach(Failpoint.APPLY_DEAD_LETTER_KEPT);
  }

  /** Whether the table may be without changes that were in the event. */
  private boolean lacks(TableState table, Claims claims, BadEvent event) throws IOException {
    if (claims.isMark() || table.seed() == 0 || table.stage() == SeedStage.REQUESTED) {
      return false; // marks are sent again, and a copy to come will have the changes
    }
    if (table.status() == TableStatus.FAILED || table.status() == TableStatus.STOPPED) {
      return false; // there is nothing more to be done, and a flood is not to cost more
    }
    Optional<Position> has = has(table, event.mirror().orElseThrow());
    if (claims.last().isPresent() && has.isPresent()) {
      return claims.last().get().isAfter(has.get());
    }
    return !letters.has(event);
  }

  private Optional<Position> has(TableState table, String mirror) {
    return table.stage() == SeedStage.LIVE
        ? tables
            .of(table.name())
            .reload() // another process may have brought it past the event
            .filter(version -> version.mirror().equals(mirror))
            .filter(version -> version.shape().oid() == table.oid())
            .map(TableVersion::position)
        : table.floor();
  }

  private void fail(String mirror, TableState table, MirrorException why) {
    new MirrorState(store, mirror)
        .tables()
        .update(
            TableState.document(table.oid()),
            present ->
                present.seed() == table.seed()
                        && present.status() != TableStatus.FAILED
                        && present.status() != TableStatus.STOPPED
                    ? present.fail(Fault.of(why, clock.instant()))
                    : present);
  }
}
