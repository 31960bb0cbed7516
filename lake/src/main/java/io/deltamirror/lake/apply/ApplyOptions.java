package io.deltamirror.lake.apply;

import io.deltamirror.lake.parquet.DataFileOptions;
import io.deltamirror.lake.parquet.ReadPattern;
import java.util.Objects;

/**
 * How changes are applied.
 *
 * @param memoryBytes of decoded rows that one invocation may hold, estimated; more are committed in
 *     several steps
 * @param locatorCacheBytes for key pages of data files, shared by all invocations
 * @param conflictRetries how often a commit that met another writer's is prepared anew
 * @param reads how the lake is best read
 * @param files layout of new data files
 */
public record ApplyOptions(
    long memoryBytes,
    long locatorCacheBytes,
    int conflictRetries,
    ReadPattern reads,
    DataFileOptions files) {

  /** For a lake on the local disk. */
  public static final ApplyOptions DEFAULT =
      new ApplyOptions(64L << 20, 64L << 20, 5, ReadPattern.DISK, DataFileOptions.DEFAULT);

  public ApplyOptions {
    Objects.requireNonNull(reads);
    Objects.requireNonNull(files);
    if (memoryBytes < 1 || locatorCacheBytes < 0 || conflictRetries < 0) {
      throw new IllegalArgumentException("memory, cache or retries out of range");
    }
  }

  /** The same with another budget. */
  public ApplyOptions withMemoryBytes(long bytes) {
    return new ApplyOptions(bytes, locatorCacheBytes, conflictRetries, reads, files);
  }

  /** The same for a lake that is read in another way. */
  public ApplyOptions withReads(ReadPattern pattern) {
    return new ApplyOptions(memoryBytes, locatorCacheBytes, conflictRetries, pattern, files);
  }
}
