package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyBucketsTest {
  static RowImage row(int key, int value) {
    RowImage row = RowImage.keyed(2, new int[] {0});
    row.begin();
    row.putNumber(key, 1);
    row.end();
    row.begin();
    row.putNumber(value, 1);
    row.end();
    return row;
  }

  private static KeyBuckets buckets(int count, RowImage... rows) {
    KeyBuckets buckets = new KeyBuckets(count);
    for (RowImage row : rows) {
      buckets.row(row);
    }
    return buckets;
  }

  @Test
  void theOrderOfRowsDoesNotCount() {
    KeyBuckets forwards = buckets(1, row(1, 1), row(2, 2));
    KeyBuckets backwards = buckets(1, row(2, 2), row(1, 1));

    assertThat(forwards.differing(backwards, 1000)).isEmpty();
    assertThat(forwards.rows()).isEqualTo(2);
  }

  @Test
  void aRowTwiceIsSeen() {
    KeyBuckets once = buckets(4, row(1, 1));

    assertThat(once.differing(buckets(4, row(1, 1), row(1, 1)), 1000)).hasSize(1);
    assertThat(once.differing(buckets(4, row(1, 1), row(1, 1), row(1, 1)), 1000)).hasSize(1);
  }

  @Test
  void onlyTheBucketsOfDifferingRowsDiffer() {
    RowImage[] rows = IntStream.range(0, 1000).mapToObj(i -> row(i, i)).toArray(RowImage[]::new);
    KeyBuckets source = buckets(4096, rows);
    RowImage changed = row(77, 0);
    rows[77] = changed;

    List<BitSet> groups = source.differing(buckets(4096, rows), 1 << 20);

    assertThat(groups).containsExactly(bit(source.bucket(changed)));
  }

  private static BitSet bit(int index) {
    BitSet bits = new BitSet();
    bits.set(index);
    return bits;
  }

  @Test
  void groupsFitTheBudgetAndHoldEveryBucketOnce() {
    RowImage[] rows = IntStream.range(0, 1000).mapToObj(i -> row(i, i)).toArray(RowImage[]::new);
    KeyBuckets source = buckets(64, rows);
    KeyBuckets empty = buckets(64);

    List<BitSet> groups = source.differing(empty, 20_000);

    BitSet all = new BitSet();
    for (BitSet group : groups) {
      assertThat(all.intersects(group)).isFalse();
      all.or(group);
      long held = IntStream.range(0, 1000).filter(i -> group.get(source.bucket(rows[i]))).count();
      assertThat(held * 160).isLessThan(20_000);
    }
    assertThat(all.cardinality()).isEqualTo(64);
  }

  @Test
  void aBucketBeyondTheBudgetIsAGroupOfItsOwn() {
    KeyBuckets source = buckets(1, row(1, 1));

    assertThat(source.differing(buckets(1), 1)).hasSize(1);
  }
}
