package io.deltamirror.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.BigIntType;
import io.deltamirror.core.schema.BooleanType;
import io.deltamirror.core.schema.ByteaType;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.DateType;
import io.deltamirror.core.schema.DecimalType;
import io.deltamirror.core.schema.DoubleType;
import io.deltamirror.core.schema.EwkbType;
import io.deltamirror.core.schema.IntegerType;
import io.deltamirror.core.schema.RealType;
import io.deltamirror.core.schema.TextType;
import io.deltamirror.core.schema.TimestampNtzType;
import io.deltamirror.core.schema.TimestampType;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowSizeTest {
  private static final int ROWS = 10_000;

  record Case(ColumnType type, IntFunction<Object> value) {
    @Override
    public String toString() {
      return type.toString();
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(new IntegerType(false), i -> 1_000_000 + i),
        new Case(new DateType(), i -> 1_000_000 + i),
        new Case(new BigIntType(), i -> (1L << 40) + i),
        new Case(new TimestampType(true), i -> (1L << 40) + i),
        new Case(new BooleanType(), i -> i % 2 == 0),
        new Case(new RealType(), i -> (float) i),
        new Case(new DoubleType(), i -> (double) i),
        new Case(new DecimalType(18, 2), i -> (1L << 40) + i),
        new Case(new DecimalType(38, 2), i -> new BigInteger(1, sixteenBytes(i))),
        new Case(new TextType(), i -> new Utf8(new byte[0])),
        new Case(new TextType(), i -> new Utf8(new byte[i % 100])),
        new Case(new ByteaType(), i -> ByteBuffer.wrap(new byte[i % 100])),
        new Case(new EwkbType(), i -> ByteBuffer.wrap(new byte[i % 100])),
        new Case(new TimestampNtzType(), i -> (1L << 40) + i),
        new Case(new ArrayType(new BigIntType()), i -> list(i % 20, n -> (1L << 40) + n)),
        new Case(new ArrayType(new TextType()), i -> list(i % 20, n -> new Utf8(new byte[n]))),
        new Case(
            new ArrayType(new ArrayType(new IntegerType(false))),
            i -> list(i % 5, n -> list(n, m -> 1_000_000 + m))),
        new Case(new TextType(), i -> null));
  }

  /** As large as a list that has just grown by half. */
  private static List<Object> list(int size, IntFunction<Object> element) {
    List<Object> list = new ArrayList<>(size + size / 2);
    for (int i = 0; i < size; i++) {
      list.add(element.apply(i));
    }
    return Collections.unmodifiableList(list);
  }

  private static byte[] sixteenBytes(int i) {
    byte[] bytes = new byte[16];
    bytes[0] = 70;
    bytes[15] = (byte) i;
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRowTakesNoMoreThanEstimated(Case of) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RowSize size = new RowSize(List.of(of.type(), of.type(), of.type()));
    Object[] kept = new Object[ROWS];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROWS; i++) {
      kept[i] = new Object[] {of.value().apply(i), of.value().apply(i), of.value().apply(i)};
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    long estimated = 0;
    for (Object row : kept) {
      estimated += size.of((Object[]) row);
    }
    // The wide decimal allocates its sixteen bytes on the way too.
    long passing = of.type() instanceof DecimalType wide && !wide.fitsLong() ? 3L * 32 * ROWS : 0;
    long rows = allocated - passing;
    assertThat(estimated).isBetween(rows - ROWS, rows * 3 / 2 + 10L * ROWS);
  }
}
