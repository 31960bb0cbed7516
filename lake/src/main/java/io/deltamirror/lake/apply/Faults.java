package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.lake.parquet.MalformedDataFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;

/** Sorts failures: those that pass for all tables alike, and those of one table. */
final class Faults {
  private Faults() {}

  /** The lake or the state store fails: nothing may move on until they are back. */
  static boolean isShared(Exception e) {
    if (e instanceof MirrorException known) {
      return known.code().retriable();
    }
    return e instanceof IOException || e instanceof UncheckedIOException;
  }

  /** A data file that is gone or damaged stays so; it concerns its table alone. */
  static Exception ofTable(Exception e) {
    boolean broken =
        e instanceof MalformedDataFileException
            || e instanceof NoSuchFileException
            || e instanceof FileNotFoundException;
    return broken
        ? new MirrorException(
            ErrorCode.LAKE_TABLE_FOREIGN, "a data file is missing or damaged: " + e.getMessage(), e)
        : e;
  }
}
