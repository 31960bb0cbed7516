package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RowImageTest {
  private static RowImage image(Consumer<RowImage> first, Consumer<RowImage> second) {
    RowImage image = RowImage.keyed(2, new int[] {1, 0});
    column(image, first);
    column(image, second);
    return image;
  }

  private static void column(RowImage image, Consumer<RowImage> value) {
    image.begin();
    value.accept(image);
    image.end();
  }

  private static String text(RowImage image, int keyColumn) {
    return new String(image.key().value(keyColumn), StandardCharsets.UTF_8);
  }

  @Test
  void numbersAreWrittenInDecimal() {
    for (long value : new long[] {0, 7, -7, 10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE}) {
      RowImage image = image(to -> to.putNumber(value, 1), to -> to.putNumber(value, 4));

      assertThat(text(image, 1)).isEqualTo(Long.toString(value));
      assertThat(Long.parseLong(text(image, 0))).isEqualTo(value);
    }
    assertThat(text(image(to -> to.putNumber(42, 4), to -> {}), 1)).isEqualTo("0042");
  }

  @Test
  void aKeyHasItsColumnsInTheKeysOrder() {
    RowImage image = image(to -> to.putAscii("first"), to -> to.putAscii("second"));

    assertThat(text(image, 0)).isEqualTo("second");
    assertThat(text(image, 1)).isEqualTo("first");
    assertThat(image.keyLength()).isEqualTo("secondfirst".length() + 2 * RowImage.HEADER_BYTES);
  }

  @Test
  void nullIsNotEmptyAndBordersCount() {
    RowImage withNull = RowImage.keyed(2, new int[] {0});
    withNull.addNull();
    withNull.addNull();
    RowImage empty = image(to -> {}, to -> {});
    RowImage ab = image(to -> to.putAscii("ab"), to -> {});
    RowImage aThenB = image(to -> to.put('a'), to -> to.put('b'));

    assertThat(withNull.low()).isNotEqualTo(empty.low());
    assertThat(withNull.high()).isNotEqualTo(empty.high());
    assertThat(withNull.key().value(0)).isNull();
    assertThat(ab.low()).isNotEqualTo(aThenB.low());
  }

  @Test
  void aLongValueFitsAndTheImageIsUsedAgain() {
    byte[] large = new byte[5_000_000];
    RowImage image = image(to -> to.put(large, 0, large.length), to -> to.put('k'));
    assertThat(image.key().value(1)).hasSize(large.length);

    image.clear();
    column(image, to -> to.put('a'));
    column(image, to -> to.put('b'));

    assertThat(image.low()).isEqualTo(image(to -> to.put('a'), to -> to.put('b')).low());
    assertThat(image.columnHashes()).hasSize(2);
  }

  @Test
  void keysAreOrderedByLengthAndThenByBytes() {
    RowKey nine = image(to -> to.putNumber(9, 1), to -> {}).key();
    RowKey ten = image(to -> to.putNumber(10, 1), to -> {}).key();
    RowKey eleven = image(to -> to.putNumber(11, 1), to -> {}).key();

    assertThat(nine).isLessThan(ten);
    assertThat(ten).isLessThan(eleven).isEqualByComparingTo(ten).isEqualTo(ten);
    assertThat(ten.hashCode()).isNotEqualTo(eleven.hashCode());
  }

  @Test
  void aRowWithoutKeyIsKnownByAllOfItsValues() {
    RowImage short1 = keyless("a", "b", "c", "d");
    RowImage other = keyless("a", "b", "c", "e");

    assertThat(short1.key()).isEqualTo(keyless("a", "b", "c", "d").key());
    assertThat(short1.key()).isNotEqualTo(other.key());
    assertThat(short1.key().value(2)).containsExactly('c');
    assertThat(short1.keyLength()).isEqualTo(3 * (RowImage.HEADER_BYTES + 1) + 16);
  }

  @Test
  void theKeyOfARowWithoutKeyLeavesOutLongValues() {
    ValueForm text = (vector, row, into) -> {};
    RowKey key = keyless("x".repeat(64), "y".repeat(65), "z").key();

    assertThat(key.text(0, text)).isEqualTo("x".repeat(64));
    assertThat(key.text(1, text)).isEqualTo("…");
    assertThat(key.text(2, text)).isEqualTo("z");
    assertThat(key).isNotEqualTo(keyless("x".repeat(64), "w".repeat(65), "z").key());
  }

  private static RowImage keyless(String... values) {
    RowImage image = RowImage.keyless(values.length);
    for (String value : values) {
      column(image, to -> to.putAscii(value));
    }
    return image;
  }
}
