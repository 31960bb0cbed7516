package io.deltamirror.lake.parquet;

import java.io.IOException;

/**
 * The content of a data file is not what its format or its own footer promises. Reading it again
 * will not help, unlike with other {@link IOException}s.
 */
public final class MalformedDataFileException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedDataFileException(DataFile file, RuntimeException cause) {
    super("Data file %s is malformed: %s".formatted(file.path(), cause.getMessage()), cause);
  }
}
