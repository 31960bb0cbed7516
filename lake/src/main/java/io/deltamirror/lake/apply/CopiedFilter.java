package io.deltamirror.lake.apply;

import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.state.SeedSnapshot;

/** Tells changes that a seed's copy contains. For one thread. */
final class CopiedFilter {
  private final SeedSnapshot snapshot;
  private long commitLsn;
  private boolean copied;
  private boolean known;

  CopiedFilter(SeedSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  boolean contains(RowChange change) {
    // The changes of a transaction follow each other.
    if (!known || change.commitLsn() != commitLsn) {
      commitLsn = change.commitLsn();
      copied = snapshot.contains(change.commitLsn(), change.xid());
      known = true;
    }
    return copied;
  }
}
