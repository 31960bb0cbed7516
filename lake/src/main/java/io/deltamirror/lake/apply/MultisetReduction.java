package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.parquet.DataFileWriter;
import java.io.IOException;
import java.util.Map;

/**
 * For tables without key under REPLICA IDENTITY FULL: rows are known by all of their values, and
 * equal ones are counted. Which of them goes makes no difference.
 */
final class MultisetReduction implements Reduction {
  private final RowBag added = new RowBag();
  private final RowBag removed = new RowBag();
  private boolean truncated;

  @Override
  public void add(RowChange change, ReplicaIdentity identity) {
    switch (change.kind()) {
      case INSERT -> added.add(change.row());
      case UPDATE -> update(change, identity);
      case DELETE -> remove(wholeOld(change, identity));
      case TRUNCATE -> {
        added.clear();
        removed.clear();
        truncated = true;
      }
      case RESHAPE -> {}
    }
  }

  private void update(RowChange change, ReplicaIdentity identity) {
    Object[] old = wholeOld(change, identity);
    for (int column : change.unchanged()) {
      // An unchanged TOASTed value is never NULL: an old row that has NULL there is not whole.
      if (old[column] == null) {
        throw notWhole();
      }
      change.row()[column] = old[column];
    }
    remove(old);
    added.add(change.row());
  }

  private static Object[] wholeOld(RowChange change, ReplicaIdentity identity) {
    if (identity != ReplicaIdentity.FULL || change.old() == null) {
      throw notWhole();
    }
    return change.old();
  }

  private static MirrorException notWhole() {
    return new MirrorException(
        ErrorCode.GAP_IN_STREAM, "a row without key changes, and its old values are not known");
  }

  private void remove(Object[] row) {
    if (added.remove(row)) {
      return;
    }
    if (truncated) {
      throw missing(1);
    }
    removed.add(row);
  }

  private static MirrorException missing(long rows) {
    return new MirrorException(
        ErrorCode.GAP_IN_STREAM, "rows change that the mirror does not have: " + rows);
  }

  @Override
  public boolean truncated() {
    return truncated;
  }

  @Override
  public long weight() {
    return added.weight() + removed.weight();
  }

  @Override
  public Resolution resolve(TableVersion base, LakeRows lake) throws IOException {
    Map<LiveFile, RowSet> deleted = lake.search().take(base, removed);
    if (!removed.isEmpty()) {
      throw missing(removed.size());
    }
    return new Counted(added, deleted);
  }

  private record Counted(RowBag rows, Map<LiveFile, RowSet> deleted) implements Resolution {
    @Override
    public boolean addsRows() {
      return !rows.isEmpty();
    }

    @Override
    public void write(DataFileWriter out) throws IOException {
      rows.forEach(out::write);
    }
  }
}
