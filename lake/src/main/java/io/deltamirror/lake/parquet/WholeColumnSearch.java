package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.util.List;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Finds keys in any Parquet file by reading its key columns whole: for files that others wrote, of
 * which nothing is known but their schema.
 */
final class WholeColumnSearch {
  private final KeySet keys;
  private final ParquetFileReader reader;

  WholeColumnSearch(KeySet keys, ParquetFileReader reader) {
    this.keys = keys;
    this.reader = reader;
  }

  RowHits search() throws IOException {
    RowHits hits = new RowHits();
    RowReader rows = new RowReader(reader, keys.columns());
    List<BlockMetaData> rowGroups = reader.getRowGroups();
    long firstRow = 0;
    for (int i = 0; i < rowGroups.size() && !rows.allMissing(); i++) {
      long count = rowGroups.get(i).getRowCount();
      try (RowReader.Cursor cursor = rows.rowGroup(i)) {
        search(cursor, firstRow, count, hits);
      }
      firstRow += count;
    }
    return hits;
  }

  private void search(RowReader.Cursor cursor, long firstRow, long count, RowHits hits) {
    Object[] key = new Object[keys.columns().size()];
    for (long row = 0; row < count; row++) {
      cursor.read(row, key);
      int found = isComplete(key) ? keys.find(key) : -1;
      if (found >= 0) {
        hits.add(keys.givenIndex(found), firstRow + row);
      }
    }
  }

  /** A null is no key value: such a row has no key. */
  private static boolean isComplete(Object[] key) {
    for (Object value : key) {
      if (value == null) {
        return false;
      }
    }
    return true;
  }
}
