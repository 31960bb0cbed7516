package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableSchema;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Boils changes of a table down to the last state of each key. For one thread.
 *
 * <p>What a change leaves out, because a TOASTed value did not change, is taken from the row's
 * state so far; where there is none, it stays open and the mirror's present row is named as its
 * source.
 */
final class Reduction {
  private final int[] keyIndexes;
  private final Map<Object, RowState> states = new HashMap<>();
  private boolean truncated;
  private long weight;

  /**
   * @param keyIndexes indexes of the key's columns in a row, in key order
   */
  Reduction(int[] keyIndexes) {
    this.keyIndexes = keyIndexes;
  }

  /**
   * Adds the next change.
   *
   * @param identity what the change's old row consists of
   * @throws MirrorException {@code GAP_IN_STREAM} when a value that did not change belongs to a row
   *     that does not exist
   */
  void add(RowChange change, ReplicaIdentity identity) {
    switch (change.kind()) {
      case INSERT -> put(change.row(), RowChange.NONE, null, change.commitLsn());
      case UPDATE -> update(change, identity == ReplicaIdentity.FULL);
      case DELETE -> remove(change, identity == ReplicaIdentity.FULL);
      case TRUNCATE -> truncate();
    }
  }

  private void update(RowChange change, boolean wholeOld) {
    Object[] row = change.row();
    int[] missing = change.old() == null ? change.unchanged() : keepKey(change);
    Object[] newKey = TableSchema.keyOf(row, keyIndexes);
    Object[] oldKey = change.old() == null ? newKey : TableSchema.keyOf(change.old(), keyIndexes);
    Object[] origin = null;
    if (missing.length > 0 && wholeOld && change.old() != null) {
      for (int column : missing) {
        row[column] = change.old()[column];
      }
      missing = RowChange.NONE;
    } else if (missing.length > 0) {
      RowState before = states.get(mapKey(oldKey));
      if (before == null ? truncated : before.isGone()) {
        throw new MirrorException(
            ErrorCode.GAP_IN_STREAM, "a row is updated in part that does not exist");
      }
      origin = before == null ? oldKey : before.origin();
      missing = before == null ? missing : fill(row, missing, before);
    }
    if (!Arrays.equals(oldKey, newKey)) {
      remove(change, wholeOld);
    }
    put(row, missing, missing.length == 0 ? null : origin, change.commitLsn());
  }

  /**
   * A long key that did not change is not repeated in the new row; PostgreSQL sends the old key
   * then. Returns what else is missing.
   */
  private int[] keepKey(RowChange change) {
    int[] unchanged = change.unchanged();
    if (Arrays.stream(unchanged).noneMatch(column -> contains(keyIndexes, column))) {
      return unchanged;
    }
    for (int column : unchanged) {
      if (contains(keyIndexes, column)) {
        change.row()[column] = change.old()[column];
      }
    }
    return Arrays.stream(unchanged).filter(column -> !contains(keyIndexes, column)).toArray();
  }

  /** Copies what the earlier state has; returns what is missing there, too. */
  private static int[] fill(Object[] row, int[] missing, RowState before) {
    int[] left = new int[missing.length];
    int count = 0;
    for (int column : missing) {
      if (contains(before.missing(), column)) {
        left[count++] = column;
      } else {
        row[column] = before.row()[column];
      }
    }
    return Arrays.copyOf(left, count);
  }

  private static boolean contains(int[] columns, int column) {
    return Arrays.stream(columns).anyMatch(c -> c == column);
  }

  private void put(Object[] row, int[] missing, Object[] origin, long commitLsn) {
    set(new RowState(TableSchema.keyOf(row, keyIndexes), row, missing, origin, commitLsn));
  }

  /**
   * Under a deferrable key two rows may have the same key for a moment: in a swap, the one arrives
   * before the other leaves. Only whole old rows tell which of them is meant, and only with whole
   * old rows (REPLICA IDENTITY FULL) PostgreSQL lets such a table be published.
   */
  private void remove(RowChange change, boolean wholeOld) {
    Object[] key = TableSchema.keyOf(change.old(), keyIndexes);
    RowState present = states.get(mapKey(key));
    boolean another =
        wholeOld
            && present != null
            && !present.isGone()
            && present.commitLsn() == change.commitLsn()
            && !present.hasValues(change.old());
    if (!another) {
      set(RowState.gone(key, change.commitLsn()));
    }
  }

  private void set(RowState state) {
    RowState replaced = states.put(mapKey(state.key()), state);
    weight += state.weight() - (replaced == null ? 0 : replaced.weight());
  }

  private void truncate() {
    states.clear();
    weight = 0;
    truncated = true;
  }

  /** Equal for equal keys. */
  private static Object mapKey(Object[] key) {
    return key.length == 1 ? key[0] : Arrays.asList(key);
  }

  /** Whether all rows that the mirror has now are gone. */
  boolean truncated() {
    return truncated;
  }

  /** The last state of each key that was changed since the last TRUNCATE, in no order. */
  Collection<RowState> states() {
    return states.values();
  }

  /** The state of a key, or null. */
  RowState state(Object[] key) {
    return states.get(mapKey(key));
  }

  /** Memory in use, estimated, in bytes. */
  long weight() {
    return weight;
  }
}
