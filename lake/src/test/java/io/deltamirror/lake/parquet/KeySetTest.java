package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class KeySetTest {
  private static final List<DataColumn> COLUMNS =
      List.of(new DataColumn("a", ColumnKind.LONG), new DataColumn("b", ColumnKind.TEXT));

  @Test
  void findsKeysAndRemembersWhereTheyWereGiven() {
    KeySet keys = new KeySet(COLUMNS, List.of(key(2, "b"), key(2, "a"), key(-1, "z")));

    assertThat(keys.givenIndex(keys.find(key(-1, "z")))).isEqualTo(2);
    assertThat(keys.givenIndex(keys.find(key(2, "a")))).isEqualTo(1);
    assertThat(keys.find(key(2, "c"))).isNegative();
    assertThat(keys.size()).isEqualTo(3);
  }

  @Test
  void refusesAKeyGivenTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySet(COLUMNS, List.of(key(1, "a"), key(2, "a"), key(1, "a"))))
        .withMessage("Keys 0 and 2 are the same");
  }

  @Test
  void refusesKeysWithoutAValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySet(COLUMNS, List.<Object[]>of(new Object[] {1L, null})))
        .withMessage("Key 0 has no value of TEXT in column b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySet(COLUMNS, List.<Object[]>of(new Object[] {1L})))
        .withMessage("Key 0 has 1 values for 2 columns");
    assertThatIllegalArgumentException().isThrownBy(() -> new KeySet(List.of(), List.of()));
  }

  private static Object[] key(long a, String b) {
    return new Object[] {a, new Utf8(b)};
  }
}
