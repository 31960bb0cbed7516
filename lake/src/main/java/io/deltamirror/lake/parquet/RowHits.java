package io.deltamirror.lake.parquet;

import java.util.Arrays;

/** Found rows, kept until their whole file has been read without error. */
final class RowHits {
  private int[] keyIndexes = new int[16];
  private long[] rows = new long[16];
  private int size;

  void add(int keyIndex, long row) {
    if (size == rows.length) {
      keyIndexes = Arrays.copyOf(keyIndexes, Math.multiplyExact(2, size));
      rows = Arrays.copyOf(rows, keyIndexes.length);
    }
    keyIndexes[size] = keyIndex;
    rows[size] = row;
    size++;
  }

  void deliver(HitSink sink) {
    for (int i = 0; i < size; i++) {
      sink.hit(keyIndexes[i], rows[i]);
    }
  }
}
