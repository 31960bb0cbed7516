package io.deltamirror.worker.stream;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.TableState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Shapes in which tables went on without a seed. They count for the stream at once; the tables'
 * states get them only when the stream can no longer come back to before them. So whoever comes
 * after a crash decides the same change again, from the same registered shape. Thread-safe.
 */
final class DecidedShapes {
  /** An offset is stored with every batch of every table, and a copy may take hours. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final MirrorState state;
  private final InstantSource clock;
  private final Map<Long, Decided> latest = new HashMap<>();
  private final Queue<Decided> unregistered = new ArrayDeque<>();

  /** Of tables that were still copied at the last look, when to look again. */
  private final Map<Long, Instant> looks = new HashMap<>();

  /**
   * A shape that follows the registered one.
   *
   * @param seed the table's at that moment
   * @param snapshot of that seed's copy
   */
  private record Decided(
      int seed, Optional<SeedSnapshot> snapshot, TableSchema shape, ShapeChange change) {
    boolean of(TableState table) {
      return table.oid() == shape.oid()
          && table.seed() == seed
          && table.snapshot().equals(snapshot);
    }
  }

  DecidedShapes(MirrorState state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  /** The shape that a table has at this place of the stream. */
  synchronized TableSchema shape(TableState table) {
    return Optional.ofNullable(latest.get(table.oid()))
        .filter(decided -> decided.of(table))
        .map(Decided::shape)
        .orElseGet(() -> table.schema().orElseThrow());
  }

  /** A table goes on in another shape from here on. */
  synchronized void add(TableState table, TableSchema shape, ShapeChange change) {
    Decided decided =
        new Decided(table.seed(), table.snapshot(), shape.withMissing(Map.of()), change);
    latest.put(table.oid(), decided);
    unregistered.add(decided);
  }

  /** Whether there is anything for {@link #stored} to do. */
  synchronized boolean isWaiting() {
    return !unregistered.isEmpty();
  }

  /**
   * An offset is stored: the states of live tables get the shapes of changes that were sent up to
   * it.
   *
   * @throws io.deltamirror.core.MirrorException when a state cannot be written
   */
  synchronized void stored(StreamOffset offset) {
    // Behind one that has to wait all others of its table do: they come in order.
    Set<Long> waiting = new HashSet<>();
    for (Iterator<Decided> each = unregistered.iterator(); each.hasNext(); ) {
      Decided decided = each.next();
      Position sent = offset.sent().get(decided.shape().oid());
      boolean behind = sent != null && sent.isAfter(decided.change().position());
      if (waiting.contains(decided.shape().oid()) || !behind || isCopied(decided)) {
        waiting.add(decided.shape().oid());
      } else {
        Failpoints.reach(Failpoint.STREAM_SHAPE_REGISTERING);
        state
            .tables()
            .update(
                TableState.document(decided.shape().oid()),
                table -> decided.of(table) ? register(table, decided) : table);
        Failpoints.reach(Failpoint.STREAM_SHAPE_REGISTERED);
        each.remove();
      }
    }
  }

  /** Until a copy is applied, its state's shape is the one that it is made in. */
  private boolean isCopied(Decided decided) {
    long oid = decided.shape().oid();
    Instant now = clock.instant();
    if (now.isBefore(looks.getOrDefault(oid, Instant.MIN))) {
      return true;
    }
    boolean copied =
        state
            .table(oid)
            .filter(table -> decided.of(table) && table.stage() != SeedStage.LIVE)
            .isPresent();
    looks.remove(oid);
    if (copied) {
      looks.put(oid, now.plus(LOOK_EVERY));
    }
    return copied;
  }

  private static TableState register(TableState table, Decided decided) {
    return table.reshaped(decided.shape()).with(table.shapes().with(decided.change()));
  }
}
