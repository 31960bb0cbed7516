package io.deltamirror.lake.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Parts of a row group that are small enough to be held at once, by the sizes of their pages in the
 * file. A part ends where a page ends, so that few pages are read for two parts; where columns have
 * pages of different lengths, some are.
 */
final class Stretches {
  /** Beyond this, the list of a part's rows gets long. */
  private static final long LONGEST = 1 << 16;

  /** By row: what of the pages starts and ends there. */
  private final TreeMap<Long, Change> changes = new TreeMap<>();

  private final long rows;
  private final long mostBytes;

  /** Bytes of the pages that begin at a row, and of those that end before it. */
  private record Change(long begun, long ended) {
    Change plus(Change other) {
      return new Change(begun + other.begun, ended + other.ended);
    }
  }

  /**
   * Rows from one on and up to another, which is not among them.
   *
   * @param from counted from the row group's first
   */
  record Stretch(long from, long to) {}

  /**
   * @param pages of each column
   * @param rows in the row group
   * @param mostBytes of pages in a part; twice what a single row's pages take, where that is more
   * @throws ParquetDecodingException when a page begins where there is no row
   */
  Stretches(List<OffsetIndex> pages, long rows, long mostBytes) {
    this.rows = rows;
    this.mostBytes = mostBytes;
    for (OffsetIndex column : pages) {
      long before = 0;
      for (int i = 0; i < column.getPageCount(); i++) {
        long first = column.getFirstRowIndex(i);
        if (first < 0 || first >= rows) {
          throw new ParquetDecodingException("Page index has a page behind the last row");
        }
        long size = column.getCompressedPageSize(i);
        changes.merge(first, new Change(size, before), Change::plus);
        before = size;
      }
    }
  }

  /** All rows, in order. */
  List<Stretch> all() {
    List<Stretch> stretches = new ArrayList<>();
    long from = 0;
    long present = 0; // bytes of the pages that the row at hand has
    long read = 0;
    long most = 0;
    for (Map.Entry<Long, Change> change : changes.entrySet()) {
      long row = change.getKey();
      for (; row - from > LONGEST; from += LONGEST) {
        stretches.add(new Stretch(from, from + LONGEST));
        read = present;
        most = most(present);
      }
      long begun = change.getValue().begun();
      present += begun - change.getValue().ended();
      if (row == 0 || read + begun > most) {
        if (row > from) {
          stretches.add(new Stretch(from, row));
        }
        from = row;
        read = present;
        most = most(present);
      } else {
        read += begun;
      }
    }
    for (; from < rows; from += LONGEST) {
      stretches.add(new Stretch(from, Math.min(rows, from + LONGEST)));
    }
    return stretches;
  }

  /** What a row's own pages take is never much of what is read for it and its neighbours. */
  private long most(long ofFirstRow) {
    return Math.max(mostBytes, 2 * ofFirstRow);
  }
}
