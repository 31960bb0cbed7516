package io.deltamirror.lake.parquet;

import java.io.Closeable;
import java.io.IOException;

/** The bytes of one open data file, read by position. */
public interface FileBytes extends Closeable {
  /**
   * Reads exactly {@code length} bytes.
   *
   * @throws java.io.EOFException when the file ends before that
   */
  void readFully(long position, byte[] into, int offset, int length) throws IOException;

  @Override
  default void close() throws IOException {}
}
