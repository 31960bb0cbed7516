package io.deltamirror.lake.delta;

import org.roaringbitmap.RoaringBitmap;

/** Positions of rows in one data file, from 0 to 2^32 - 1. Immutable. */
public final class RowSet {
  private static final RowSet EMPTY = new RowSet(new RoaringBitmap());

  private final RoaringBitmap rows;

  private RowSet(RoaringBitmap rows) {
    this.rows = rows;
  }

  public static RowSet empty() {
    return EMPTY;
  }

  /** Takes the bitmap over; the caller must not change it afterwards. */
  static RowSet of(RoaringBitmap rows) {
    rows.runOptimize();
    return new RowSet(rows);
  }

  public boolean contains(long row) {
    return rows.contains(unsigned(row));
  }

  public long size() {
    return rows.getLongCardinality();
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows of both. */
  public RowSet union(RowSet other) {
    return of(RoaringBitmap.or(rows, other.rows));
  }

  RoaringBitmap bitmap() {
    return rows;
  }

  /** Collects positions, in any order. For one thread. */
  public static final class Builder {
    private final RoaringBitmap rows = new RoaringBitmap();

    public Builder add(long row) {
      rows.add(unsigned(row));
      return this;
    }

    public RowSet build() {
      return of(rows.clone());
    }
  }

  private static int unsigned(long row) {
    if (row < 0 || row > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("no row of a data file: " + row);
    }
    return (int) row;
  }
}
