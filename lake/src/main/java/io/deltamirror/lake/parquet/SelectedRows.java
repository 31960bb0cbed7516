package io.deltamirror.lake.parquet;

import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;

/**
 * The pages of some rows of a row group. Parquet's column reader takes the end of the row numbers
 * for the end of the data, so for a last row that is alone on its page it returns a value of the
 * page before (<a href="https://github.com/apache/parquet-java/issues/3747">parquet-java #3747</a>,
 * not yet fixed in 1.18.1). A number that no row has, put after the last, keeps it going.
 */
final class SelectedRows implements PageReadStore {
  private final PageReadStore pages;
  private final long[] rows;

  SelectedRows(PageReadStore pages, long[] rows) {
    this.pages = pages;
    this.rows = rows;
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
    return Optional.of(
        LongStream.concat(LongStream.of(rows), LongStream.of(Long.MAX_VALUE)).iterator());
  }

  @Override
  public void close() {
    pages.close();
  }
}
