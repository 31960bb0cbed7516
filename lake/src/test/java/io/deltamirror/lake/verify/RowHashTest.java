package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowHashTest {
  @Test
  void everyBitOfTheInputAndTheSeedCounts() {
    byte[] bytes = new byte[37];
    new Random(1).nextBytes(bytes);
    long before = RowHash.of(7, bytes, 0, bytes.length);
    Set<Long> seen = new HashSet<>();
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      seen.add(RowHash.of(7, bytes, 0, bytes.length));
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }

    assertThat(seen).hasSize(bytes.length * Byte.SIZE).doesNotContain(before);
    assertThat(RowHash.of(8, bytes, 0, bytes.length)).isNotEqualTo(before);
  }

  @Test
  void zerosOfAnotherLengthAreAnotherInput() {
    byte[] zeros = new byte[64];
    Set<Long> seen = new HashSet<>();
    for (int length = 0; length <= zeros.length; length++) {
      seen.add(RowHash.of(0, zeros, 0, length));
    }

    assertThat(seen).hasSize(zeros.length + 1);
  }

  @Test
  void onlyTheRangeCounts() {
    byte[] bytes = {9, 1, 2, 3, 9};

    assertThat(RowHash.of(5, bytes, 1, 4)).isEqualTo(RowHash.of(5, new byte[] {1, 2, 3}, 0, 3));
  }

  @Test
  void consecutiveKeysSpreadEvenly() {
    int[] buckets = new int[256];
    for (int i = 0; i < 256_000; i++) {
      byte[] key = Integer.toString(i).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      buckets[(int) (RowHash.of(3, key, 0, key.length) >>> 56)]++;
    }

    // 1000 each, give or take six standard deviations.
  }
}
