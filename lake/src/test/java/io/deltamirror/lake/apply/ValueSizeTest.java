package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class ValueSizeTest {
  private static long of(Object value) {
    return ValueSize.of(new Object[] {value}) - ValueSize.of(new Object[] {null});
  }

  @Test
  void aListWeighsAsMuchAsItsElementsAndMore() {
    Utf8 text = new Utf8("x".repeat(1_000));

    assertThat(of(Collections.nCopies(10, text))).isGreaterThan(10 * of(text));
    assertThat(of(List.of(List.of(text), List.of(text)))).isGreaterThan(2 * of(List.of(text)));
    assertThat(of(Arrays.asList(null, null))).isGreaterThan(of(List.of()));
    assertThat(of(List.of())).isPositive();
  }
}
