package io.deltamirror.lake.apply;

import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.ReplicaIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Rows without key and without old rows: they come, and go all at once. */
final class InsertHistory extends RandomHistory {
  private final Map<List<Object>, Long> rows = new HashMap<>();

  InsertHistory(Random random) {
    super(random, new KeylessTable(ReplicaIdentity.NOTHING).source());
  }

  @Override
  List<Object[]> initialRows(int count) {
    return Stream.generate(this::next).limit(count).toList();
  }

  @Override
  Map<List<Object>, Long> rows() {
    return rows;
  }

  private Object[] next() {
    Object[] row = KeylessTable.row(random);
    rows.merge(KeylessTable.seen(row), 1L, Long::sum);
    return row;
  }

  @Override
  void change() {
    if (oneIn(200)) {
      rows.clear();
      add(Kind.TRUNCATE, null, null);
    } else {
      add(Kind.INSERT, null, next());
    }
  }
}
