package io.deltamirror.lake.apply;

import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.ReplicaIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Rows without key, many of them equal, under REPLICA IDENTITY FULL. */
final class MultisetHistory extends RandomHistory {
  private final List<Object[]> rows = new ArrayList<>();

  MultisetHistory(Random random) {
    super(random, new KeylessTable(ReplicaIdentity.FULL).source());
  }

  @Override
  List<Object[]> initialRows(int count) {
    for (int i = 0; i < count; i++) {
      rows.add(KeylessTable.row(random));
    }
    return List.copyOf(rows);
  }

  @Override
  Map<List<Object>, Long> rows() {
    return rows.stream()
        .collect(Collectors.groupingBy(KeylessTable::seen, HashMap::new, Collectors.counting()));
  }

  @Override
  void change() {
    if (oneIn(300)) {
      rows.clear();
      add(Kind.TRUNCATE, null, null);
    } else if (rows.isEmpty() || oneIn(3)) {
      insert(oneIn(20) ? 1 + random.nextInt(30) : 1);
    } else if (oneIn(3)) {
      delete(oneIn(20) ? 1 + random.nextInt(30) : 1);
    } else {
      update();
    }
  }

  private void insert(int times) {
    Object[] row = KeylessTable.row(random);
    for (int i = 0; i < times; i++) {
      rows.add(row);
      add(Kind.INSERT, null, row);
    }
  }

  /** Equal ones, if there are enough. */
  private void delete(int times) {
    Object[] old = any();
    List<Object> seen = KeylessTable.seen(old);
    for (int i = 0; i < times && removeOne(seen); i++) {
      add(Kind.DELETE, old, null);
    }
  }

  private void update() {
    Object[] old = any();
    removeOne(KeylessTable.seen(old));
    Object[] next = oneIn(10) ? old.clone() : KeylessTable.row(random);
    boolean toasted = old[2] != null && random.nextBoolean();
    next[2] = toasted ? old[2] : next[2];
    rows.add(next);
    if (toasted) {
      Object[] sent = next.clone();
      sent[2] = null;
      add(Kind.UPDATE, old, sent, 2);
    } else {
      add(Kind.UPDATE, old, next);
    }
  }

  private Object[] any() {
    return rows.get(random.nextInt(rows.size()));
  }

  private boolean removeOne(List<Object> seen) {
    for (int i = 0; i < rows.size(); i++) {
      if (KeylessTable.seen(rows.get(i)).equals(seen)) {
        rows.remove(i);
        return true;
      }
    }
    return false;
  }
}
