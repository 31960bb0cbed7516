package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableName;

/** Hears how a comparison comes along. Called by one thread at a time. */
public interface VerifyListener {
  /** Does nothing. */
  VerifyListener SILENT = new VerifyListener() {};

  /** Waiting until the mirror has what the source has committed. */
  default void waiting(TableName table) {}

  /** Rows read so far in the present pass over both sides. */
  default void reading(TableName table, long sourceRows, long mirrorRows) {}

  /** Looking again at rows that differed. */
  default void lookingAgain(TableName table, int rows) {}

  /** The source has dropped the table: there is nothing to compare. */
  default void gone(TableName table) {}

  /** The table is done. */
  default void done(TableReport report) {}
}
