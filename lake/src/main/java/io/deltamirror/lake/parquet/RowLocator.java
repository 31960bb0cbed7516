package io.deltamirror.lake.parquet;

import java.io.IOException;

/**
 * Finds the rows of a data file by their keys.
 *
 * <p>In a file that {@link DataFileWriter} sorted by the key, the page index says which pages may
 * hold a key; only those are read, and kept in the cache. Every other file is right too, but its
 * key columns are read whole. Which way a file takes is told by its footer alone. Memory is bounded
 * by the cache, plus per call the page being read, up to 4 MB of file, and the hits.
 *
 * <p>Thread-safe.
 */
public final class RowLocator {
  private final FileOpener opener;
  private final LocatorCache cache;
  private final ReadPattern pattern;
  private final ParquetFiles files;

  public RowLocator(FileOpener opener, LocatorCache cache, ReadPattern pattern) {
    this.opener = opener;
    this.cache = cache;
    this.pattern = pattern;
    files = new ParquetFiles(opener, pattern);
  }

  /**
   * Reports every row of the file that has one of the keys, by ascending position. A key that the
   * file holds several times is reported as often.
   *
   * @throws IOException when the file cannot be read or is malformed; nothing has been reported
   *     then
   */
  public void locate(DataFile file, KeySet keys, HitSink sink) throws IOException {
    if (keys.size() == 0) {
      return;
    }
    KeyIndex index = index(file);
    RowHits hits =
        index.isSortedBy(keys.columns())
            ? searchPages(file, index, keys)
            : files.read(file, reader -> new WholeColumnSearch(keys, reader).search());
    hits.deliver(sink);
  }

  private KeyIndex index(DataFile file) throws IOException {
    KeyIndex index = cache.index(file);
    if (index == null) {
      index = files.read(file, reader -> new KeyIndexReader(reader, file).read());
      cache.putIndex(file, index);
    }
    return index;
  }

  private RowHits searchPages(DataFile file, KeyIndex index, KeySet keys) throws IOException {
    RowHits hits = new RowHits();
    try (KeyPageReader reader = new KeyPageReader(file, opener, cache, pattern.gap())) {
      SortedSearch search = new SortedSearch(keys, reader);
      for (KeyIndex.RowGroup group : index.rowGroups()) {
        Spans spans = search.search(group);
        for (int i = 0; i < spans.size(); i++) {
          for (int row = spans.rowFrom(i); row < spans.rowTo(i); row++) {
            hits.add(keys.givenIndex(spans.keyFrom(i)), group.firstRow() + row);
          }
        }
      }
    } catch (RuntimeException e) {
      throw new MalformedDataFileException(file, e);
    }
    return hits;
  }
}
