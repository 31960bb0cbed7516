package io.deltamirror.core.change;

import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tables and changes at random, the same for the same seed. */
final class RandomTables {
  private static final Kind[] KINDS = Kind.values();

  private final Random random;

  RandomTables(long seed) {
    this.random = new Random(seed);
  }

  TableSchema table() {
    List<Column> columns = new ArrayList<>();
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      String form = RandomValues.form(random);
      String name = random.nextInt(4) == 0 ? "a b\"c" + (char) (0x100 + i) : "c" + i;
      columns.add(new Column(i + 1, name, 16_500 + i, -1, "t" + i, i == 0 ? 1 : 0, form));
    }
    return new TableSchema(
        16384 + random.nextInt(1000),
        new TableName("public", "t x"),
        columns,
        ReplicaIdentity.DEFAULT);
  }

  /** Changes with increasing positions, several to a transaction. */
  List<RowChange> changes(TableSchema table, int count) {
    List<RowChange> changes = new ArrayList<>();
    long lsn = 1000;
    long ordinal = 0;
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) == 0) {
        lsn += 1 + random.nextInt(100_000);
        ordinal = 0;
      }
      ordinal += 1 + random.nextInt(3);
      changes.add(change(table, lsn, ordinal));
    }
    return changes;
  }

  private RowChange change(TableSchema table, long lsn, long ordinal) {
    Kind kind = KINDS[random.nextInt(KINDS.length)];
    Object[] old =
        kind == Kind.DELETE || (kind == Kind.UPDATE && random.nextBoolean()) ? row(table) : null;
    Object[] row = kind == Kind.INSERT || kind == Kind.UPDATE ? row(table) : null;
    int[] unchanged =
        kind == Kind.UPDATE && random.nextInt(3) == 0
            ? new int[] {random.nextInt(table.columns().size())}
            : RowChange.NONE;
    return new RowChange(
        kind,
        lsn,
        ordinal,
        random.nextInt() & 0xFFFF_FFFFL,
        random.nextLong(),
        old,
        row,
        unchanged);
  }

  private Object[] row(TableSchema table) {
    return table.columns().stream()
        .map(column -> random.nextInt(5) == 0 ? null : value(column))
        .toArray();
  }

  private Object value(Column column) {
    return RandomValues.of(ColumnTypes.of(column), random);
  }
}
