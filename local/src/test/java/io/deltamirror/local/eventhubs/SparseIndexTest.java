package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SparseIndexTest {
  @Test
  void sizeDependsOnBytesAndNotOnTheNumberOfRecords() {
    SparseIndex index = new SparseIndex();
    LongStream.range(0, 1_000_000).forEach(i -> index.offer(new LogPosition(i, i * 64, i / 1000)));

    long distinct =
        LongStream.range(0, 1_000_000)
            .mapToObj(i -> index.lastBelow(LogPosition::sequence, i))
            .distinct()
            .count();

    assertThat(distinct).isLessThan(1 + 64_000_000 / (256 * 1024) + 2);
  }

  @Test
  void findsTheLastEntryStrictlyBelow() {
    SparseIndex index = new SparseIndex();
    int far = 300 * 1024;
    LogPosition first = new LogPosition(0, 0, 10);
    LogPosition second = new LogPosition(5, far, 10);
    LogPosition third = new LogPosition(9, 2L * far, 20);
    index.offer(first);
    index.offer(second);
    index.offer(new LogPosition(6, far + 1, 15));
    index.offer(third);

    assertThat(index.lastBelow(LogPosition::sequence, 0)).isEmpty();
    assertThat(index.lastBelow(LogPosition::sequence, 1)).contains(first);
    assertThat(index.lastBelow(LogPosition::sequence, 9)).contains(second);
    assertThat(index.lastBelow(LogPosition::enqueuedMillis, 10)).isEmpty();
    assertThat(index.lastBelow(LogPosition::enqueuedMillis, 11)).contains(second);
    assertThat(index.lastBelow(LogPosition::offset, Long.MAX_VALUE)).contains(third);
  }
}
