package io.deltamirror.reader;

import java.nio.file.Path;

/** An engine that reads Delta tables and shares no code with the mirror. */
interface MirrorReader {
  /**
   * All rows of the latest version.
   *
   * @param folder of the Delta table
   * @param table what it mirrors: names the types and the key
   */
  TableRows read(SourceTable table, Path folder);
}
