package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of the rows of one key. For one thread.
 *
 * <p>At a transaction's end a key has one row or none. Inside of one it may have more, when the key
 * is deferrable: in a swap, the one row arrives before the other leaves. PostgreSQL lets such a
 * table be published only with whole old rows (REPLICA IDENTITY FULL), which tell the rows apart;
 * so rows {@link #join} and {@link #leave} one by one under that identity. Under every other one
 * they {@link #replace} each other.
 */
final class KeyState {
  private static final long OVERHEAD = 200;

  private final Object[] key;
  private final List<RowState> rows = new ArrayList<>(1);
  private final List<Object[]> leaving = new ArrayList<>(0);
  private boolean cleared;
  private long commitLsn;
  private long weight;

  /**
   * @param commitLsn of the transaction that touches it first
   * @param cleared whether the mirror's present rows are all gone already
   */
  KeyState(Object[] key, long commitLsn, boolean cleared) {
    this.key = key;
    this.commitLsn = commitLsn;
    this.cleared = cleared;
    this.weight = OVERHEAD + ValueSize.of(key);
  }

  /** This row is the key's only one. */
  void replace(RowState row) {
    clear();
    rows.add(row);
    weight += row.weight();
  }

  /** No row has the key any more. */
  void clear() {
    rows.forEach(gone -> weight -= gone.weight());
    rows.clear();
    forgetLeaving();
    cleared = true;
  }

  /** One more row has the key. */
  void join(RowState row, long changeLsn) {
    enter(changeLsn);
    rows.add(row);
    weight += row.weight();
  }

  /**
   * One row less has the key.
   *
   * @param old the whole row
   * @throws MirrorException {@code GAP_IN_STREAM} when it cannot be told which one
   */
  void leave(Object[] old, long changeLsn) {
    enter(changeLsn);
    for (RowState row : rows) {
      if (row.hasValues(old)) {
        remove(row);
        return;
      }
    }
    if (!cleared) {
      leaving.add(old);
      weight += ValueSize.of(old);
      return;
    }
    if (rows.size() > 1) {
      throw new MirrorException(
          ErrorCode.GAP_IN_STREAM, "a row leaves that is none of several of its key");
    }
    rows.stream().findFirst().ifPresent(this::remove);
  }

  private void remove(RowState row) {
    rows.remove(row);
    weight -= row.weight();
  }

  /** A row from an earlier transaction is alone: the mirror's present one went before its end. */
  private void enter(long changeLsn) {
    if (changeLsn == commitLsn) {
      return;
    }
    commitLsn = changeLsn;
    if (!rows.isEmpty()) {
      forgetLeaving();
      cleared = true;
    }
  }

  private void forgetLeaving() {
    leaving.forEach(old -> weight -= ValueSize.of(old));
    leaving.clear();
  }

  Object[] key() {
    return key;
  }

  /** Rows that have the key now and that changes brought. */
  List<RowState> rows() {
    return rows;
  }

  /** Whether every row with this key that the mirror has now is gone. */
  boolean isCleared() {
    return cleared;
  }

  /** Unless they all are: those that are gone, whole. */
  List<Object[]> leaving() {
    return leaving;
  }

  /** Whether a row with this key that the mirror has now may be gone. */
  boolean concernsMirror() {
    return cleared || !leaving.isEmpty();
  }

  /** Memory, estimated, in bytes. */
  long weight() {
    return weight;
  }
}
