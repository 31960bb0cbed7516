package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownPartitionsTest {
  private static final long TABLE = 1;

  private final ShownPartitions shown = new ShownPartitions();

  @Test
  void whatIsShownRightBehindATableIsItsPartitionUntilItIsTaken() {
    shown.show(TABLE);
    shown.show(10);
    shown.end();
    shown.show(TABLE);
    shown.show(11);
    shown.end();
    assertThat(shown.take(TABLE)).containsExactlyInAnyOrder(10L, 11L);
    assertThat(shown.take(TABLE)).isEmpty();
  }

  @Test
  void aTableThatIsShownBehindAChangeOrAgainIsNobodysPartition() {
    shown.show(TABLE);
    shown.end();
    shown.show(2);
    shown.show(2);
    assertThat(shown.take(TABLE)).isEmpty();
    assertThat(shown.take(2)).isEmpty();
  }
}
