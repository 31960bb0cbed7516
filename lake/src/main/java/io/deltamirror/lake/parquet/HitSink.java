package io.deltamirror.lake.parquet;

/** Takes the rows that {@link RowLocator} finds. */
@FunctionalInterface
public interface HitSink {
  /**
   * Takes one found row.
   *
   * @param keyIndex index of the key in the list that the {@link KeySet} was made of
   * @param row position of the row in the file, counted from 0
   */
  void hit(int keyIndex, long row);
}
