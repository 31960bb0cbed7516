package io.deltamirror.lake.verify;

import static io.deltamirror.lake.verify.KeyBucketsTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyBalanceTest {
  private final KeyBalance balance = new KeyBalance();

  @Test
  void equalRowsCancelOutInAnyOrder() {
    balance.addSource(row(1, 1));
    balance.addMirrored(row(2, 2));
    balance.addMirrored(row(1, 1));
    balance.addSource(row(2, 2));

    assertThat(balance.unbalanced()).isEmpty();
  }

  @Test
  void missingExtraChangedAndDoubledRowsStay() {
    balance.addSource(row(1, 1));
    balance.addMirrored(row(2, 2));
    balance.addSource(row(3, 3));
    balance.addMirrored(row(3, 0));
    balance.addMirrored(row(4, 4));
    balance.addSource(row(4, 4));
    balance.addMirrored(row(4, 4));

    assertThat(balance.unbalanced())
        .containsExactlyInAnyOrder(
            row(1, 0).key(), row(2, 0).key(), row(3, 0).key(), row(4, 0).key());
  }
}
