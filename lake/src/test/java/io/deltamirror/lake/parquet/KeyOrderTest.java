package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyOrderTest {
  static Stream<Arguments> ascending() {
    return Stream.of(
        Arguments.of(ColumnKind.INTEGER, List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE)),
        Arguments.of(ColumnKind.LONG, List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE)),
        Arguments.of(
            ColumnKind.DECIMAL,
            List.of(
                BigInteger.TEN.pow(37).negate(),
                BigInteger.TWO.negate(),
                BigInteger.ZERO,
                BigInteger.valueOf(Long.MAX_VALUE),
                BigInteger.TEN.pow(37))),
        Arguments.of(ColumnKind.BOOLEAN, List.of(false, true)),
        Arguments.of(ColumnKind.FLOAT, List.of(-1f, -0f, 0f, Float.MAX_VALUE, Float.NaN)),
        Arguments.of(ColumnKind.DOUBLE, List.of(-1d, -0d, 0d, Double.MAX_VALUE, Double.NaN)),
        Arguments.of(
            ColumnKind.TEXT, texts("", "A", "Z", "a", "aa", "é", "\uFFFD", "\uD83D\uDE00")),
        Arguments.of(ColumnKind.BINARY, binaries("", "00", "0000", "7f", "80", "80ff", "ff")));
  }

  private static List<Utf8> texts(String... values) {
    return Stream.of(values).map(Utf8::new).toList();
  }

  private static List<ByteBuffer> binaries(String... values) {
    return Stream.of(values).map(value -> ByteBuffer.wrap(HexFormat.of().parseHex(value))).toList();
  }

  @ParameterizedTest
  @MethodSource("ascending")
  void sortsByTheNaturalOrderOfTheKind(ColumnKind kind, List<Object> values) {
    List<Object[]> keys = new ArrayList<>();
    values.forEach(value -> keys.add(new Object[] {value}));
    Collections.shuffle(keys, new Random(5));

    keys.sort(new KeyOrder(List.of(kind)));

    assertThat(keys.stream().map(key -> key[0])).containsExactlyElementsOf(values);
  }

  @ParameterizedTest
  @MethodSource("ascending")
  void searchedValuesSortAsKeysDo(ColumnKind kind, List<Object> values) {
    if (!KeyValuesBuilder.supports(kind)) {
      assertThat(kind).isIn(ColumnKind.FLOAT, ColumnKind.DOUBLE);
      return;
    }
    KeyValuesBuilder builder = new KeyValuesBuilder(kind, values.size());
    values.forEach(builder::add);
    KeyValues built = builder.build();

    for (int i = 0; i < values.size(); i++) {
      for (int j = 0; j < values.size(); j++) {
        assertThat(Integer.signum(built.compare(i, built, j))).isEqualTo(Integer.compare(i, j));
      }
      assertThat(built.lowerBound(built, i, 0, values.size())).isEqualTo(i);
      assertThat(built.upperBound(built, i, 0, values.size())).isEqualTo(i + 1);
    }
  }

  @Test
  void comparesWholeRowsByTheirKeyColumns() {
    KeyOrder order = new KeyOrder(List.of(ColumnKind.LONG, ColumnKind.BOOLEAN), new int[] {2, 0});

    assertThat(order.compare(new Object[] {true, "x", 1L}, new Object[] {false, "y", 2L}))
        .isNegative();
    assertThat(order.compare(new Object[] {true, "x", 1L}, new Object[] {false, "y", 1L}))
        .isPositive();
    assertThat(order.compare(new Object[] {true, "x", 1L}, new Object[] {true, "y", 1L})).isZero();
  }

  @Test
  void ignoresBytesOutsideOfABuffersBounds() {
    ByteBuffer inside = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2);

    assertThat(ColumnKind.BINARY.compare(inside, ByteBuffer.wrap(new byte[] {1, 2}))).isZero();
    assertThat(ColumnKind.BINARY.compare(inside, ByteBuffer.wrap(new byte[] {1, 3}))).isNegative();
    assertThat(inside.remaining()).isEqualTo(2);
  }
}
