package io.deltamirror.lake.parquet;

import java.io.IOException;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;

/** Opens data files with parquet-java. Thread-safe. */
final class ParquetFiles {
  private final FileOpener opener;
  private final ReadPattern pattern;

  ParquetFiles(FileOpener opener, ReadPattern pattern) {
    this.opener = opener;
    this.pattern = pattern;
  }

  /** Something that is read from an open file. */
  interface Reading<T> {
    T read(ParquetFileReader reader) throws IOException;
  }

  /**
   * Opens the file, reads, closes.
   *
   * @throws MalformedDataFileException for whatever unchecked exception Parquet or the reading
   *     throws
   */
  <T> T read(DataFile file, Reading<T> reading) throws IOException {
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    ParquetReadOptions options =
        ParquetReadOptions.builder(configuration)
            .withCodecFactory(new PageCodecs(configuration))
            .withPageChecksumVerification(true)
            .build();
    try (FileBytes bytes = opener.open(file);
        ParquetFileReader reader =
            ParquetFileReader.open(
                new FileBytesInput(bytes, file.length(), pattern.window()), options)) {
      return reading.read(reader);
    } catch (RuntimeException e) {
      throw new MalformedDataFileException(file, e);
    }
  }
}
