package io.deltamirror.core.change;

import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.util.Utf8;

/** Tables and changes at random, the same for the same seed. */
final class RandomTables {
  private static final int[] OIDS = {
    16, 17, 20, 21, 23, 25, 114, 1042, 1043, 2950, 3802, 700, 701, 1082, 1114, 1184, 1700
  };
  private static final Kind[] KINDS = Kind.values();
  private static final int NUMERIC = 1700;

  private final Random random;

  RandomTables(long seed) {
    this.random = new Random(seed);
  }

  TableSchema table() {
    List<Column> columns = new ArrayList<>();
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      int oid = OIDS[random.nextInt(OIDS.length)];
      int precision = 1 + random.nextInt(38);
      int typmod = oid == NUMERIC ? (precision << 16 | random.nextInt(precision + 1)) + 4 : -1;
      String name = random.nextInt(4) == 0 ? "a b\"c" + (char) (0x100 + i) : "c" + i;
      columns.add(new Column(i + 1, name, oid, typmod, "t" + oid, i == 0 ? 1 : 0));
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
    return switch (column.typeOid()) {
      case 16 -> random.nextBoolean();
      case 17 -> {
        byte[] bytes = new byte[random.nextInt(30)];
        random.nextBytes(bytes);
        yield ByteBuffer.wrap(bytes);
      }
      case 20, 1114, 1184 -> random.nextLong();
      case 21, 23, 1082 -> random.nextInt();
      case 700 -> Float.intBitsToFloat(random.nextInt() & 0xFF7F_FFFF);
      case 701 -> random.nextGaussian();
      case NUMERIC -> {
        int precision = (column.typmod() - 4) >> 16;
        BigInteger unscaled =
            new BigInteger(120, random).mod(BigInteger.TEN.pow(precision)).negate();
        yield precision <= 18 ? (Object) unscaled.longValueExact() : unscaled;
      }
      default -> new Utf8("text-ü-" + random.nextInt());
    };
  }
}
