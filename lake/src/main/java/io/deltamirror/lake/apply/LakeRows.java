package io.deltamirror.lake.apply;

import io.deltamirror.lake.parquet.RowFetcher;
import java.util.Objects;

/**
 * How rows are found and read in the lake. Thread-safe.
 *
 * @param memoryBytes of rows that may be held besides the changes, estimated
 */
record LakeRows(RowFinder finder, RowFetcher fetcher, RowSearch search, long memoryBytes) {
  LakeRows {
    Objects.requireNonNull(finder);
    Objects.requireNonNull(fetcher);
    Objects.requireNonNull(search);
  }
}
