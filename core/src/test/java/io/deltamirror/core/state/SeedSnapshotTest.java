package io.deltamirror.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeedSnapshotTest {
  private static final long LSN = 1000;

  private static boolean contains(String visible, long commitLsn, long xid) {
    return new SeedSnapshot(visible, LSN).contains(commitLsn, xid);
  }

  @Test
  void endedTransactionsAreInIt() {
    assertThat(contains("100:100:", 999, 99)).isTrue();
    assertThat(contains("100:110:100,105", 999, 104)).isTrue();
  }

  @Test
  void runningAndLaterOnesAreNot() {
    assertThat(contains("100:110:100,105", 999, 100)).isFalse();
    assertThat(contains("100:110:100,105", 999, 105)).isFalse();
    assertThat(contains("100:110:100,105", 999, 110)).isFalse();
    assertThat(contains("100:110:100,105", 999, 4000)).isFalse();
  }

  @Test
  void whatCommittedBehindItsLsnIsNotWhateverTheXid() {
    assertThat(contains("100:110:", LSN, 5)).isFalse();
    assertThat(contains("100:110:", -1, 5)).isFalse();
  }

  @Test
  void xidsAreWidenedAcrossTheEndOf32Bits() {
    long epoch = 1L << 32;
    String visible = (epoch + 10) + ":" + (epoch + 20) + ":" + (epoch + 10);
    assertThat(contains(visible, 999, 0xFFFF_FFF0L)).isTrue();
    assertThat(contains(visible, 999, 15)).isTrue();
    assertThat(contains(visible, 999, 10)).isFalse();
    assertThat(contains(visible, 999, 25)).isFalse();
  }
}
