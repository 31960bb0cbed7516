package io.deltamirror.lake.apply;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.lake.delta.CommitSummary;
import io.deltamirror.lake.delta.TableVersion;
import java.util.Optional;

/** Changes that become one commit on a version of a table. For one thread. */
final class Slice {
  private final TableVersion base;
  private final Reduction reduction;
  private long inserts;
  private long updates;
  private long deletes;
  private long truncates;
  private Position reached;
  private long fromMicros;
  private long toMicros;

  Slice(TableVersion base) {
    this.base = base;
    this.reduction = Reduction.of(base.shape());
    this.reached = base.position();
  }

  /** Takes a change in. */
  void apply(RowChange change, long generation, ReplicaIdentity identity) {
    reduction.add(change, identity);
    switch (change.kind()) {
      case INSERT -> inserts++;
      case UPDATE -> updates++;
      case DELETE -> deletes++;
      case TRUNCATE -> truncates++;
      case RESHAPE -> {}
    }
    pass(change, generation);
  }

  /** Goes past a change that the table has already. */
  void pass(RowChange change, long generation) {
    if (isEmpty()) {
      fromMicros = change.commitMicros();
    }
    toMicros = change.commitMicros();
    reached = change.position(generation);
  }

  TableVersion base() {
    return base;
  }

  Reduction reduction() {
    return reduction;
  }

  /** Position of the last change taken in or passed. */
  Position reached() {
    return reached;
  }

  /** Whether there is nothing to commit, not even a position. */
  boolean isEmpty() {
    return reached.equals(base.position());
  }

  CommitSummary summary(Optional<Boolean> endsTransaction) {
    return new CommitSummary(
        fromMicros, toMicros, inserts, updates, deletes, truncates, endsTransaction);
  }
}
