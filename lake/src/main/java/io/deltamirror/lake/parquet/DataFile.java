package io.deltamirror.lake.parquet;

import java.util.Objects;

/**
 * A data file as the table's log names it. Data files never change: whatever was read from one
 * holds as long as the file exists.
 *
 * @param path what the {@link FileOpener} in use understands; unique across tables
 * @param length in bytes
 */
public record DataFile(String path, long length) {
  public DataFile {
    Objects.requireNonNull(path, "path");
    if (length < 0) {
      throw new IllegalArgumentException("Length of " + path + " is negative: " + length);
    }
  }
}
