package io.deltamirror.lake.apply;

import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.ReplicaIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Rows with a key that is unique only when a transaction ends. Few texts, so that rows are alike.
 */
final class DeferrableKeyHistory extends RandomHistory {
  private static final int KEYS = 40;

  private final List<List<Object>> rows = new ArrayList<>();

  DeferrableKeyHistory(Random random) {
    super(random, new SourceTable(16_401, "ranked", ReplicaIdentity.FULL));
  }

  @Override
  List<Object[]> initialRows(int count) {
    for (long id = 0; id < Math.min(count, KEYS); id++) {
      rows.add(Arrays.asList(id, word(), word()));
    }
    return rows.stream().map(DeferrableKeyHistory::values).toList();
  }

  @Override
  Map<List<Object>, Long> rows() {
    return rows.stream()
        .collect(Collectors.groupingBy(row -> row, HashMap::new, Collectors.counting()));
  }

  private String word() {
    return oneIn(4) ? null : "w" + random.nextInt(2);
  }

  private static Object[] values(List<Object> row) {
    return SourceTable.row((Long) row.get(0), (String) row.get(1), (String) row.get(2));
  }

  @Override
  void change() {
    long id = random.nextInt(KEYS);
    List<Object> present =
        rows.stream().filter(row -> row.get(0).equals(id)).findFirst().orElse(null);
    if (oneIn(400)) {
      rows.clear();
      add(Kind.TRUNCATE, null, null);
    } else if (present == null) {
      insert(id);
    } else if (oneIn(6)) {
      delete(present);
    } else if (oneIn(4)) {
      update(present, id);
    } else if (oneIn(3)) {
      insert(id);
      delete(present);
    } else {
      rotate();
    }
  }

  /** UPDATE … SET id = the next one's, row by row, each but the last onto a key that is taken. */
  private void rotate() {
    List<List<Object>> turn = new ArrayList<>(rows);
    Collections.shuffle(turn, random);
    turn = turn.subList(0, Math.min(turn.size(), 2 + random.nextInt(3)));
    for (int i = 0; i < turn.size(); i++) {
      long to = (Long) turn.get((i + 1) % turn.size()).get(0);
      List<Object> moved = update(turn.get(i), to);
      if (oneIn(4)) {
        update(moved, to);
      }
    }
  }

  private void insert(long id) {
    List<Object> row = Arrays.asList(id, word(), word());
    rows.add(row);
    add(Kind.INSERT, null, values(row));
  }

  private void delete(List<Object> row) {
    rows.remove(row);
    add(Kind.DELETE, values(row), null);
  }

  private List<Object> update(List<Object> present, long to) {
    boolean toasted = present.get(2) != null && random.nextBoolean();
    String note = oneIn(3) ? word() : (String) present.get(1);
    List<Object> next = Arrays.asList(to, note, toasted ? present.get(2) : word());
    rows.remove(present);
    rows.add(next);
    Object[] row = values(next);
    if (toasted) {
      row[2] = null;
      add(Kind.UPDATE, values(present), row, 2);
    } else {
      add(Kind.UPDATE, values(present), row);
    }
    return next;
  }
}
