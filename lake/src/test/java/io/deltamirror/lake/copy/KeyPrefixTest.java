package io.deltamirror.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.lake.parquet.ColumnKind;
import io.deltamirror.lake.parquet.KeyOrder;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyPrefixTest {
  private static final BigInteger WIDEST = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
  private static final long SEED = 20261121;

  @ParameterizedTest
  @EnumSource(ColumnKind.class)
  void prefixesNeverContradictTheOrderOfTheirRows(ColumnKind kind) {
    KeyOrder order = new KeyOrder(List.of(kind), new int[] {1});
    KeyPrefix prefix = new KeyPrefix(kind, 1);
    List<Object> values = values(kind, new Random(SEED));
    int decided = 0;
    for (Object left : values) {
      for (Object right : values) {
        Object[] leftRow = {null, left};
        Object[] rightRow = {null, right};
        int byPrefix = Long.compare(prefix.of(leftRow), prefix.of(rightRow));
        if (byPrefix != 0) {
          assertThat(Integer.signum(order.compare(leftRow, rightRow)))
              .as("%s: %s and %s, seed %d", kind, left, right, SEED)
              .isEqualTo(byPrefix);
          decided++;
        }
      }
    }
    assertThat(decided).as("seed %d", SEED).isPositive();
  }

  private static List<Object> values(ColumnKind kind, Random random) {
    List<Object> values = new ArrayList<>(extremes(kind));
    for (int i = 0; i < 200; i++) {
      values.add(random(kind, random));
    }
    return values;
  }

  private static List<Object> extremes(ColumnKind kind) {
    return switch (kind) {
      case INTEGER -> List.of(Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE);
      case LONG -> List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
      case DECIMAL -> List.of(WIDEST.negate(), BigInteger.ZERO, BigInteger.ONE.negate(), WIDEST);
      case BOOLEAN -> List.of(false, true);
      case FLOAT ->
          List.of(
              Float.NaN,
              Float.NEGATIVE_INFINITY,
              Float.POSITIVE_INFINITY,
              -0f,
              0f,
              Float.MIN_VALUE);
      case DOUBLE ->
          List.of(
              Double.NaN,
              Double.NEGATIVE_INFINITY,
              Double.POSITIVE_INFINITY,
              -0d,
              0d,
              -Double.MIN_VALUE);
      case TEXT -> List.of(new Utf8(""), new Utf8("a"), new Utf8("a\u0001"), new Utf8("ÿ"));
      case BINARY ->
          List.of(
              ByteBuffer.wrap(new byte[0]),
              ByteBuffer.wrap(new byte[] {0}),
              ByteBuffer.wrap(new byte[] {-1}),
              ByteBuffer.wrap(new byte[] {5, 6, 7}, 1, 2));
    };
  }

  private static Object random(ColumnKind kind, Random random) {
    byte[] bytes = new byte[random.nextInt(12)];
    random.nextBytes(bytes);
    return switch (kind) {
      case INTEGER -> random.nextInt();
      case LONG -> random.nextLong();
      case DECIMAL -> new BigInteger(random.nextInt(127), random).mod(WIDEST).negate();
      case BOOLEAN -> random.nextBoolean();
      case FLOAT -> Float.intBitsToFloat(random.nextInt());
      case DOUBLE -> Double.longBitsToDouble(random.nextLong());
      case TEXT -> new Utf8(bytes);
      case BINARY -> ByteBuffer.wrap(bytes);
    };
  }
}
