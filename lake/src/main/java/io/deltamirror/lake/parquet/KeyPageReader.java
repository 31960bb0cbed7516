package io.deltamirror.lake.parquet;

import java.io.IOException;

/**
 * Reads pages of key columns of one file: from the cache, or else from the file, near ones with one
 * request. For one thread.
 */
final class KeyPageReader implements AutoCloseable {
  /** Most bytes that one request fetches, if a single page is not larger. */
  private static final int LARGEST_REQUEST = 4 << 20;

  private final DataFile file;
  private final FileOpener opener;
  private final LocatorCache cache;
  private final int gap;
  private FileBytes bytes;
  private PageDecoder decoder;
  private byte[] buffer = new byte[0];
  private long bufferStart;
  private long bufferEnd;

  KeyPageReader(DataFile file, FileOpener opener, LocatorCache cache, int gap) {
    this.file = file;
    this.opener = opener;
    this.cache = cache;
    this.gap = gap;
  }

  /**
   * Reads one of a series of pages.
   *
   * @param series ascending page numbers, each to be read in its turn
   * @param turn index in the series of the page to read now
   */
  KeyValues read(KeyPages pages, int[] series, int turn) throws IOException {
    int page = series[turn];
    long offset = pages.offset(page);
    KeyValues cached = cache.page(file, offset);
    if (cached != null) {
      return cached;
    }
    if (offset < bufferStart || offset + pages.size(page) > bufferEnd) {
      fill(pages, series, turn);
    }
    KeyValues values = decoder().decode(pages, page, buffer, (int) (offset - bufferStart));
    cache.putPage(file, offset, values);
    return values;
  }

  private void fill(KeyPages pages, int[] series, int turn) throws IOException {
    long start = pages.offset(series[turn]);
    long end = start + pages.size(series[turn]);
    for (int next = turn + 1; next < series.length; next++) {
      long offset = pages.offset(series[next]);
      long nextEnd = offset + pages.size(series[next]);
      if (offset - end > gap || nextEnd - start > LARGEST_REQUEST) {
        break;
      }
      if (cache.page(file, offset) == null) {
        end = nextEnd;
      }
    }
    int length = (int) (end - start);
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    bufferEnd = bufferStart;
    bytes().readFully(start, buffer, 0, length);
    bufferStart = start;
    bufferEnd = end;
  }

  private FileBytes bytes() throws IOException {
    if (bytes == null) {
      bytes = opener.open(file);
    }
    return bytes;
  }

  private PageDecoder decoder() {
    if (decoder == null) {
      decoder = new PageDecoder();
    }
    return decoder;
  }

  @Override
  public void close() throws IOException {
    if (decoder != null) {
      decoder.close();
    }
    if (bytes != null) {
      bytes.close();
    }
  }
}
