package io.deltamirror.lake.copy;

import io.deltamirror.lake.parquet.DataFileOptions;
import java.time.Duration;

/**
 * How parts of tables are copied.
 *
 * @param runBytes heap for the rows that are sorted at once; a copy holds two such runs: one being
 *     filled, one being written
 * @param rowsPerFile where a file ends whose rows came in order
 * @param concurrentParts how many parts one copier copies at a time; further ones wait
 * @param lockTimeout how long to wait for a table that someone has locked exclusively
 * @param progressInterval how often the progress is recorded, and the table's state looked at
 * @param dataFiles how files are laid out
 */
public record CopyOptions(
    long runBytes,
    long rowsPerFile,
    int concurrentParts,
    Duration lockTimeout,
    Duration progressInterval,
    DataFileOptions dataFiles) {

  public static final CopyOptions DEFAULT =
      new CopyOptions(
          64L << 20,
          1_000_000,
          1,
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          DataFileOptions.DEFAULT);

  public CopyOptions {
    if (runBytes < 1 || rowsPerFile < 1 || concurrentParts < 1) {
      throw new IllegalArgumentException(
          "run bytes %d, rows per file %d or concurrent parts %d are below 1"
              .formatted(runBytes, rowsPerFile, concurrentParts));
    }
  }

  /** The same with other limits of memory and files. */
  public CopyOptions withLimits(long bytesPerRun, long rowsInFile) {
    return new CopyOptions(
        bytesPerRun, rowsInFile, concurrentParts, lockTimeout, progressInterval, dataFiles);
  }
}
