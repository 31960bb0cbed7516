package io.deltamirror.lake.apply;

import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.ReplicaIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Rows with a key that is unique at every moment. */
final class KeyedHistory extends RandomHistory {
  private static final int KEYS = 300;

  private final TreeMap<Long, List<Object>> rows = new TreeMap<>();
  private final boolean full;

  KeyedHistory(Random random, ReplicaIdentity identity) {
    super(random, new SourceTable(16_400, "accounts", identity));
    full = identity == ReplicaIdentity.FULL;
  }

  @Override
  List<Object[]> initialRows(int count) {
    List<Object[]> initial = new ArrayList<>();
    for (long id = 0; id < count; id++) {
      String text = text();
      rows.put(id, Arrays.asList(id, text, text));
      initial.add(SourceTable.row(id, text, text));
    }
    return initial;
  }

  @Override
  Map<List<Object>, Long> rows() {
    Map<List<Object>, Long> counts = new HashMap<>();
    rows.values().forEach(row -> counts.merge(row, 1L, Long::sum));
    return counts;
  }

  @Override
  void change() {
    long id = random.nextInt(KEYS);
    List<Object> present = rows.get(id);
    if (oneIn(300)) {
      rows.clear();
      add(Kind.TRUNCATE, null, null);
    } else if (present == null) {
      String text = text();
      put(id, text, text);
      add(Kind.INSERT, null, SourceTable.row(id, text, text));
    } else if (oneIn(4)) {
      rows.remove(id);
      add(Kind.DELETE, old(id, present), null);
      if (oneIn(4)) {
        put(id, "again", null);
        add(Kind.INSERT, null, SourceTable.row(id, "again", null));
      }
    } else if (oneIn(5)) {
      rotate();
    } else {
      move(id, oneIn(4) ? freeKey(id) : id);
    }
  }

  /** Several rows exchange their keys, over one that is free. */
  private void rotate() {
    List<Long> keys = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long id = random.nextInt(KEYS);
      if (rows.containsKey(id) && !keys.contains(id)) {
        keys.add(id);
      }
    }
    long free = freeKey(-1);
    if (free < 0 || keys.size() < 2) {
      return;
    }
    move(keys.get(0), free);
    for (int i = 1; i < keys.size(); i++) {
      move(keys.get(i), keys.get(i - 1));
    }
    move(free, keys.get(keys.size() - 1));
  }

  private long freeKey(long otherwise) {
    long id = random.nextInt(KEYS);
    return rows.containsKey(id) ? otherwise : id;
  }

  /** An UPDATE, to the same key or to a free one. */
  private void move(long from, long to) {
    List<Object> present = rows.remove(from);
    String note = text();
    String document = (String) present.get(2);
    boolean toasted = document != null && random.nextBoolean();
    String next = toasted ? document : text();
    put(to, note, next);
    Object[] old = full || from != to ? old(from, present) : null;
    Object[] row = SourceTable.row(to, note, toasted ? null : next);
    if (toasted) {
      add(Kind.UPDATE, old, row, 2);
    } else {
      add(Kind.UPDATE, old, row);
    }
  }

  private Object[] old(long id, List<Object> row) {
    return full
        ? SourceTable.row(id, (String) row.get(1), (String) row.get(2))
        : SourceTable.row(id, null, null);
  }

  private void put(long id, String note, String document) {
    rows.put(id, Arrays.asList(id, note, document));
  }
}
