package io.deltamirror.lake.apply;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.avro.util.Utf8;

/** A table without key whose few values make many equal rows, hard cases of equality among them. */
final class KeylessTable {
  private static final int SCALE = 2;
  private static final int NUMERIC_30_2 = ((30 << 16) | SCALE) + 4;
  private static final List<Double> RATIOS =
      Arrays.asList(null, 0.0, -0.0, Double.NaN, 1.5, Double.NEGATIVE_INFINITY);

  private final TableSchema schema;

  KeylessTable(ReplicaIdentity identity) {
    schema =
        new TableSchema(
            16_402,
            new TableName("public", "journal"),
            List.of(
                new Column(1, "id", 20, -1, "bigint", 0),
                new Column(2, "note", 25, -1, "text", 0),
                new Column(3, "document", 25, -1, "text", 0),
                new Column(4, "ratio", 701, -1, "double precision", 0),
                new Column(5, "data", 17, -1, "bytea", 0),
                new Column(6, "amount", 1700, NUMERIC_30_2, "numeric(30,2)", 0)),
            identity);
  }

  SourceTable source() {
    return new SourceTable(schema);
  }

  /** A row as the stream has it. */
  static Object[] row(Random random) {
    return new Object[] {
      random.nextInt(4) == 0 ? null : (long) random.nextInt(3),
      random.nextBoolean() ? null : new Utf8("n" + random.nextInt(2)),
      random.nextInt(3) == 0 ? null : new Utf8("d" + random.nextInt(2)),
      RATIOS.get(random.nextInt(RATIOS.size())),
      random.nextBoolean() ? null : ByteBuffer.wrap(new byte[] {(byte) random.nextInt(2), -1}),
      random.nextBoolean()
          ? null
          : BigInteger.TEN.pow(25).add(BigInteger.valueOf(random.nextInt(2)))
    };
  }

  /** The same as a reader of the Delta table sees it. */
  static List<Object> seen(Object[] row) {
    return Arrays.asList(
        row[0],
        row[1] == null ? null : row[1].toString(),
        row[2] == null ? null : row[2].toString(),
        row[3],
        row[4] == null ? null : HexFormat.of().formatHex(((ByteBuffer) row[4]).array()),
        row[5] == null ? null : new BigDecimal((BigInteger) row[5], SCALE));
  }
}
