package io.deltamirror.lake.parquet;

import java.io.IOException;

/** Where data files are read from. Implementations are safe for use by several threads. */
@FunctionalInterface
public interface FileOpener {
  FileBytes open(DataFile file) throws IOException;
}
