package io.deltamirror.lake.apply;

import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.RowCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A random history of a table that PostgreSQL could have, and the rows that it leads to. */
final class RandomHistory {
  private static final int KEYS = 300;

  private final Random random;
  private final SourceTable table = SourceTable.accounts();
  private final List<RowChange> changes = new ArrayList<>();
  private final TreeMap<Long, List<Object>> rows = new TreeMap<>();
  private long commitLsn = 5_000;
  private long ordinal;

  RandomHistory(Random random) {
    this.random = random;
  }

  SourceTable table() {
    return table;
  }

  /** The content before the first change, in key order. */
  List<Object[]> initialRows(int count) {
    List<Object[]> initial = new ArrayList<>();
    for (long id = 0; id < count; id++) {
      String text = text();
      rows.put(id, Arrays.asList(id, text, text));
      initial.add(SourceTable.row(id, text, text));
    }
    return initial;
  }

  /** The rows after all changes. */
  Map<Long, List<Object>> rows() {
    return rows;
  }

  int size() {
    return changes.size();
  }

  /** Makes more changes. */
  void grow(int count) {
    for (int i = 0; i < count; i++) {
      if (ordinal == 0 || random.nextInt(5) == 0) {
        commitLsn += 1 + random.nextInt(100);
        ordinal = 0;
      }
      change();
    }
  }

  private void change() {
    long id = random.nextInt(KEYS);
    List<Object> present = rows.get(id);
    if (random.nextInt(300) == 0) {
      rows.clear();
      add(Kind.TRUNCATE, null, null, RowChange.NONE);
    } else if (present == null) {
      String text = text();
      put(id, text, text);
      add(Kind.INSERT, null, SourceTable.row(id, text, text), RowChange.NONE);
    } else if (random.nextInt(4) == 0) {
      rows.remove(id);
      add(Kind.DELETE, SourceTable.row(id, null, null), null, RowChange.NONE);
    } else {
      update(id, present);
    }
  }

  private void update(long id, List<Object> present) {
    long to = random.nextInt(4) == 0 ? random.nextInt(KEYS) : id;
    to = rows.containsKey(to) ? id : to;
    Object[] old = to == id ? null : SourceTable.row(id, null, null);
    String note = text();
    boolean toasted = random.nextBoolean();
    String document = toasted ? (String) present.get(2) : text();
    rows.remove(id);
    put(to, note, document);
    add(
        Kind.UPDATE,
        old,
        SourceTable.row(to, note, toasted ? null : document),
        toasted ? new int[] {2} : RowChange.NONE);
  }

  private void put(long id, String note, String document) {
    rows.put(id, Arrays.asList(id, note, document));
  }

  private String text() {
    return random.nextInt(10) == 0 ? null : "t" + random.nextInt(1_000_000);
  }

  private void add(Kind kind, Object[] old, Object[] row, int[] unchanged) {
    changes.add(new RowChange(kind, commitLsn, ++ordinal, 1, 0, old, row, unchanged));
  }

  /** The changes from the first index up to, not including, the other one, as one event. */
  byte[] event(int from, int to) {
    ChangeWriter writer = new ChangeWriter(new RowCodec(table.schema()));
    changes.subList(from, to).forEach(writer::add);
    Position previous =
        from == 0 ? table.sent() : changes.get(from - 1).position(SourceTable.GENERATION);
    return EventCodec.encode(writer.finish(SourceTable.MIRROR, 1, previous));
  }
}
