package io.deltamirror.lake.apply;

import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random history of a table whose columns come, go and are renamed between its changes, and the
 * rows that it leads to.
 */
final class EvolvingHistory {
  private static final int KEYS = 100;

  private final Random random;
  private final SourceTable table = SourceTable.accounts();
  private final List<Entry> entries = new ArrayList<>();
  private final TreeMap<Long, Map<Integer, Object>> rows = new TreeMap<>();
  private TableSchema shape = table.schema();
  private boolean shown = true;
  private int names;
  private long commitLsn = 5_000;
  private long ordinal;

  private record Entry(RowChange change, TableSchema shape) {}

  EvolvingHistory(Random random) {
    this.random = random;
  }

  SourceTable table() {
    return table;
  }

  int size() {
    return entries.size();
  }

  /** The content before the first change, in key order. */
  List<Object[]> initialRows(int count) {
    List<Object[]> initial = new ArrayList<>();
    for (long id = 0; id < count; id++) {
      Map<Integer, Object> row = randomRow(id);
      rows.put(id, row);
      initial.add(SourceTable.values(values(row)));
    }
    return initial;
  }

  /** The rows after all changes, as the last shape that a change has shown them. */
  Map<Long, List<Object>> rows() {
    Map<Long, List<Object>> expected = new TreeMap<>();
    rows.forEach((id, row) -> expected.put(id, Arrays.asList(values(row))));
    return expected;
  }

  /** Names of the columns after all changes. */
  List<String> names() {
    return shape.columns().stream().map(Column::name).toList();
  }

  /** Makes more changes; the last one always shows the shape. */
  void grow(int count) {
    for (int i = 0; i < count; i++) {
      if (ordinal == 0 || random.nextInt(5) == 0) {
        commitLsn += 1 + random.nextInt(100);
        ordinal = 0;
      }
      if (random.nextInt(12) == 0) {
        alter();
      }
      change();
    }
    if (!shown) {
      add(Kind.RESHAPE, null, null, RowChange.NONE);
    }
  }

  private void alter() {
    List<Column> columns = new ArrayList<>(shape.columns());
    Map<Integer, String> missing = shown ? new HashMap<>() : new HashMap<>(shape.missing());
    int attnums = shape.attnums();
    int victim = random.nextInt(columns.size());
    int kind = random.nextInt(4);
    if (kind == 0 && victim > 0) {
      columns.remove(victim);
    } else if (kind == 1) {
      columns.set(victim, renamed(columns.get(victim)));
    } else {
      attnums++;
      boolean number = random.nextBoolean();
      columns.add(
          number
              ? new Column(attnums, newName(), 23, -1, "integer", 0)
              : new Column(attnums, newName(), 25, -1, "text", 0));
      if (random.nextBoolean()) {
        missing.put(attnums, Integer.toString(attnums));
        Object value = number ? (Object) attnums : Integer.toString(attnums);
        int added = attnums;
        rows.values().forEach(row -> row.put(added, value));
      }
    }
    shape =
        new TableSchema(
            shape.oid(), shape.name(), columns, shape.identity(), attnums, Map.copyOf(missing));
    shown = false;
  }

  /** Names come back, and differ in more than case. */
  private String newName() {
    String name;
    do {
      name = "c" + (names++ % 40);
    } while (names().contains(name));
    return name;
  }

  private Column renamed(Column column) {
    return new Column(
        column.attnum(),
        newName(),
        column.typeOid(),
        column.typmod(),
        column.typeName(),
        column.keyOrdinal(),
        column.carriedAs());
  }

  private void change() {
    long id = random.nextInt(KEYS);
    Map<Integer, Object> present = rows.get(id);
    if (random.nextInt(200) == 0) {
      rows.clear();
      add(Kind.TRUNCATE, null, null, RowChange.NONE);
    } else if (present == null) {
      Map<Integer, Object> row = randomRow(id);
      rows.put(id, row);
      add(Kind.INSERT, null, values(row), RowChange.NONE);
    } else if (random.nextInt(4) == 0) {
      rows.remove(id);
      add(Kind.DELETE, key(id), null, RowChange.NONE);
    } else {
      update(id, present);
    }
  }

  private void update(long id, Map<Integer, Object> present) {
    long to = random.nextInt(4) == 0 ? random.nextInt(KEYS) : id;
    to = rows.containsKey(to) ? id : to;
    Map<Integer, Object> row = randomRow(to);
    List<Integer> kept = new ArrayList<>();
    for (int i = 1; i < shape.columns().size(); i++) {
      if (random.nextInt(3) == 0) {
        kept.add(i);
        int attnum = shape.columns().get(i).attnum();
        row.put(attnum, present.get(attnum));
      }
    }
    Object[] values = values(row);
    kept.forEach(i -> values[i] = null);
    rows.remove(id);
    rows.put(to, row);
    add(
        Kind.UPDATE,
        to == id ? null : key(id),
        values,
        kept.stream().mapToInt(Integer::intValue).toArray());
  }

  private Object[] key(long id) {
    Object[] key = new Object[shape.columns().size()];
    key[0] = id;
    return key;
  }

  private Map<Integer, Object> randomRow(long id) {
    Map<Integer, Object> row = new HashMap<>();
    for (Column column : shape.columns()) {
      int number = random.nextInt(1_000_000);
      if (column.isKey()) {
        row.put(column.attnum(), id);
      } else if (random.nextInt(8) > 0) {
        row.put(column.attnum(), column.typeOid() == 23 ? (Object) number : "t" + number);
      }
    }
    return row;
  }

  private Object[] values(Map<Integer, Object> row) {
    return shape.columns().stream().map(column -> row.get(column.attnum())).toArray();
  }

  private void add(Kind kind, Object[] old, Object[] row, int[] unchanged) {
    Object[] values = row == null ? null : SourceTable.values(row);
    entries.add(
        new Entry(new RowChange(kind, commitLsn, ++ordinal, 1, 0, old, values, unchanged), shape));
    shown = true;
  }

  /** The changes from the first index up to, not including, the other one: an event per shape. */
  List<byte[]> events(int from, int to) {
    List<byte[]> events = new ArrayList<>();
    int start = from;
    for (int i = from + 1; i <= to; i++) {
      if (i == to || !entries.get(i).shape().equals(entries.get(start).shape())) {
        events.add(event(start, i));
        start = i;
      }
    }
    return events;
  }

  private byte[] event(int from, int to) {
    ChangeWriter writer = new ChangeWriter(new RowCodec(entries.get(from).shape()));
    entries.subList(from, to).forEach(entry -> writer.add(entry.change()));
    Position previous =
        from == 0 ? table.sent() : entries.get(from - 1).change().position(SourceTable.GENERATION);
    return EventCodec.encode(writer.finish(SourceTable.MIRROR, 1, previous));
  }
}
