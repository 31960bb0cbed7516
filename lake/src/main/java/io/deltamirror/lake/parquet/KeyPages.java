package io.deltamirror.lake.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Where the pages of one key column in one row group lie, and between which bounds their values
 * are. Rows are counted from the row group's first. The bounds may be wider than the values:
 * Parquet cuts long ones (the lower bound down, the upper bound up). Immutable.
 */
final class KeyPages {
  private final ColumnDescriptor column;
  private final ColumnKind kind;
  private final CompressionCodecName codec;
  private final long[] offsets;
  private final int[] sizes;
  private final int[] firstRows;
  private final KeyValues lowerBounds;
  private final KeyValues upperBounds;

  /**
   * @param locations of the pages, in the file's order
   * @param rows number of rows in the row group
   * @param lowerBounds one per page
   * @param upperBounds one per page
   * @throws ParquetDecodingException when pages overlap, are empty or leave rows out
   */
  KeyPages(
      ColumnDescriptor column,
      ColumnKind kind,
      CompressionCodecName codec,
      OffsetIndex locations,
      long rows,
      KeyValues lowerBounds,
      KeyValues upperBounds) {
    this.column = column;
    this.kind = kind;
    this.codec = codec;
    this.lowerBounds = lowerBounds;
    this.upperBounds = upperBounds;
    int count = locations.getPageCount();
    offsets = new long[count];
    sizes = new int[count];
    firstRows = new int[count + 1];
    for (int i = 0; i < count; i++) {
      offsets[i] = locations.getOffset(i);
      sizes[i] = locations.getCompressedPageSize(i);
      firstRows[i] = Math.toIntExact(locations.getFirstRowIndex(i));
    }
    firstRows[count] = Math.toIntExact(rows);
    check();
  }

  private void check() {
    if (lowerBounds.size() != count() || upperBounds.size() != count() || firstRows[0] != 0) {
      throw new ParquetDecodingException("Page indexes of a column do not fit each other");
    }
    for (int i = 0; i < count(); i++) {
      boolean overlaps = i > 0 && offsets[i] < offsets[i - 1] + sizes[i - 1];
      if (overlaps || offsets[i] < 0 || sizes[i] <= 0 || rows(i) <= 0) {
        throw new ParquetDecodingException("Page index is out of order at page " + i);
      }
    }
  }

  ColumnDescriptor column() {
    return column;
  }

  ColumnKind kind() {
    return kind;
  }

  /** ZSTD or UNCOMPRESSED. */
  CompressionCodecName codec() {
    return codec;
  }

  int count() {
    return offsets.length;
  }

  /** Position of the page's header in the file. */
  long offset(int page) {
    return offsets[page];
  }

  /** Bytes of the page in the file, with its header. */
  int size(int page) {
    return sizes[page];
  }

  /** First row of the page; for the number of pages, the number of rows. */
  int firstRow(int page) {
    return firstRows[page];
  }

  int rows(int page) {
    return firstRows[page + 1] - firstRows[page];
  }

  int pageOf(int row) {
    int found = Arrays.binarySearch(firstRows, row);
    return found >= 0 ? found : -found - 2;
  }

  KeyValues lowerBounds() {
    return lowerBounds;
  }

  KeyValues upperBounds() {
    return upperBounds;
  }

  /** Whether no later page has a lower or upper bound below an earlier one's. */
  boolean ascending() {
    for (int i = 1; i < count(); i++) {
      if (lowerBounds.compare(i - 1, lowerBounds, i) > 0
          || upperBounds.compare(i - 1, upperBounds, i) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Memory in bytes. */
  long weight() {
    return lowerBounds.weight() + upperBounds.weight() + 16L * count();
  }
}
