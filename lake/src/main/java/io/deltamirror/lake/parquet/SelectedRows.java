package io.deltamirror.lake.parquet;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;

/**
 * The pages of some rows of a row group. Parquet's column reader takes the end of the row numbers
 * for the end of the data, so for a last row that is alone on its page it returns a value of the
 * page before (<a href="https://github.com/apache/parquet-java/issues/3747">parquet-java #3747</a>,
 * not yet fixed in 1.18.1). So the row numbers pretend to go on, until all columns stand at the
 * last row: from there on, the end is the end.
 */
final class SelectedRows implements PageReadStore {
  private final PageReadStore pages;
  private final long[] rows;
  private boolean atLast;

  SelectedRows(PageReadStore pages, long[] rows) {
    this.pages = pages;
    this.rows = rows;
  }

  /** To be called when all columns stand at the last row. */
  void atLast() {
    atLast = true;
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return pages.getPageReader(column);
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  @Override
  public Optional<Long> getRowIndexOffset() {
    return pages.getRowIndexOffset();
  }

  @Override
  public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
    return Optional.of(new RowNumbers());
  }

  @Override
  public void close() {
    pages.close();
  }

  private final class RowNumbers implements PrimitiveIterator.OfLong {
    private int next;

    @Override
    public boolean hasNext() {
      return next < rows.length || !atLast;
    }

    /** After the last one, a number that no row has. */
    @Override
    public long nextLong() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return next < rows.length ? rows[next++] : Long.MAX_VALUE;
    }
  }
}
