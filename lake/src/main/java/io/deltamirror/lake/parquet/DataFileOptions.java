package io.deltamirror.lake.parquet;

import java.util.Objects;
import org.apache.parquet.column.ParquetProperties.WriterVersion;

/**
 * How data files are laid out.
 *
 * @param zstdLevel of the pages, 1 to 22
 * @param pageRows most rows in a page: the fewer, the less is read to find one row; a thousand cost
 *     4 to 5 % of file size
 * @param rowGroupBytes memory for the row group being written, and so its size in the file
 * @param format PARQUET_1_0 has PLAIN values, which every reader knows; PARQUET_2_0 has smaller,
 *     delta-encoded ones
 * @param bloomFilterKeys distinct keys per row group that bloom filters of the key columns are made
 *     for; 0 for none
 */
public record DataFileOptions(
    int zstdLevel, int pageRows, long rowGroupBytes, WriterVersion format, long bloomFilterKeys) {

  public static final DataFileOptions DEFAULT =
      new DataFileOptions(
          PageCodecs.DEFAULT_LEVEL, 1_000, 128L << 20, WriterVersion.PARQUET_1_0, 0);

  public DataFileOptions {
    Objects.requireNonNull(format, "format");
    if (zstdLevel < 1 || zstdLevel > 22) {
      throw new IllegalArgumentException("zstd has levels 1 to 22, not " + zstdLevel);
    }
    if (pageRows < 1 || rowGroupBytes < 1 || bloomFilterKeys < 0) {
      throw new IllegalArgumentException(
          "Page rows %d, row group bytes %d or bloom filter keys %d are out of range"
              .formatted(pageRows, rowGroupBytes, bloomFilterKeys));
    }
  }
}
