package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.lake.delta.TableVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For tables with a key: the last state of each key.
 *
 * <p>What a change leaves out, because a TOASTed value did not change, is taken from its old row or
 * the row's state so far; where there is none, it stays open and the mirror's present row is named
 * as its source.
 */
final class KeyedReduction implements Reduction {
  private final int[] keyIndexes;
  private final Map<Object, KeyState> states = new HashMap<>();
  private boolean truncated;
  private long weight;

  /** A step of one key's state. */
  private interface Step {
    void take(KeyState state);
  }

  /**
   * @param keyIndexes indexes of the key's columns in a row, in key order
   */
  KeyedReduction(int[] keyIndexes) {
    this.keyIndexes = keyIndexes.clone();
  }

  @Override
  public void add(RowChange change, ReplicaIdentity identity) {
    boolean wholeOld = identity == ReplicaIdentity.FULL;
    switch (change.kind()) {
      case INSERT -> put(new RowState(change.row(), RowChange.NONE, null), change, wholeOld);
      case UPDATE -> update(change, wholeOld);
      case DELETE -> remove(change, wholeOld);
      case TRUNCATE -> truncate();
      case RESHAPE -> {}
    }
  }

  private void update(RowChange change, boolean wholeOld) {
    RowState row = complete(change);
    if (change.old() == null) {
      put(row, change, false);
      return;
    }
    if (wholeOld || !Arrays.equals(keyOf(change.old()), keyOf(change.row()))) {
      remove(change, wholeOld);
    }
    put(row, change, wholeOld);
  }

  /** The new row with all that is known of it. */
  private RowState complete(RowChange change) {
    Object[] row = change.row();
    int[] missing = change.old() == null ? change.unchanged() : takeOver(change);
    Object[] oldKey = keyOf(change.old() == null ? row : change.old());
    if (missing.length == 0) {
      return new RowState(row, RowChange.NONE, null);
    }
    KeyState before = states.get(mapKey(oldKey));
    if (before == null ? !truncated : before.rows().isEmpty() && !before.concernsMirror()) {
      return new RowState(row, missing, oldKey);
    }
    if (before == null || before.rows().isEmpty()) {
      throw new MirrorException(
          ErrorCode.GAP_IN_STREAM, "a row is updated in part that does not exist");
    }
    RowState source = before.rows().get(before.rows().size() - 1);
    int[] left = fill(row, missing, source);
    return new RowState(row, left, left.length == 0 ? null : source.origin());
  }

  /**
   * Takes values that did not change out of the old row, a long key among them: PostgreSQL sends
   * the old key then. An unchanged TOASTed value is never NULL, so a NULL there only says that the
   * old row does not have the column. Returns what is missing there, too.
   */
  private static int[] takeOver(RowChange change) {
    for (int column : change.unchanged()) {
      change.row()[column] = change.old()[column];
    }
    return Arrays.stream(change.unchanged()).filter(c -> change.row()[c] == null).toArray();
  }

  /** Copies what the earlier state has; returns what is missing there, too. */
  private static int[] fill(Object[] row, int[] missing, RowState before) {
    for (int column : missing) {
      row[column] = before.row()[column];
    }
    return Arrays.stream(missing).filter(before::lacks).toArray();
  }

  private void put(RowState row, RowChange change, boolean wholeOld) {
    long lsn = change.commitLsn();
    step(keyOf(row.row()), lsn, wholeOld ? s -> s.join(row, lsn) : s -> s.replace(row));
  }

  private void remove(RowChange change, boolean wholeOld) {
    long lsn = change.commitLsn();
    Object[] old = change.old();
    step(keyOf(old), lsn, wholeOld ? s -> s.leave(old, lsn) : KeyState::clear);
  }

  private void step(Object[] key, long commitLsn, Step step) {
    KeyState state = states.get(mapKey(key));
    if (state == null) {
      state = new KeyState(key, commitLsn, truncated);
      states.put(mapKey(key), state);
    } else {
      weight -= state.weight();
    }
    step.take(state);
    weight += state.weight();
  }

  private void truncate() {
    states.clear();
    weight = 0;
    truncated = true;
  }

  /**
   * Early minor releases of PostgreSQL leave a long key out of both rows when it did not change.
   */
  private Object[] keyOf(Object[] row) {
    Object[] key = TableSchema.keyOf(row, keyIndexes);
    for (Object value : key) {
      if (value == null) {
        throw new MirrorException(
            ErrorCode.KEY_NOT_LOGGED, "a change does not carry the key of its row");
      }
    }
    return key;
  }

  /** Equal for equal keys. */
  private static Object mapKey(Object[] key) {
    return key.length == 1 ? key[0] : Arrays.asList(key);
  }

  @Override
  public boolean truncated() {
    return truncated;
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public Resolution resolve(TableVersion base, LakeRows lake) throws IOException {
    List<KeyState> present = new ArrayList<>(states.values());
    return KeyedResolution.of(base, present, truncated, lake);
  }
}
