package io.deltamirror.lake.verify;

/** How many rows each side had when they were opened. */
record RowCounts(long source, long mirror) {

  /** Reads both sides whole. */
  static RowCounts of(TableSides sides) {
    Counter source = new Counter();
    Counter mirror = new Counter();
    sides.readAll(source, mirror);
    return new RowCounts(source.rows, mirror.rows);
  }

  private static final class Counter implements RowSink {
    private long rows;

    @Override
    public void row(RowImage row) {
      rows++;
    }
  }
}
