package io.deltamirror.lake.parquet;

/** Rows for a file that is sorted by its key come in another order. */
public final class UnsortedRowsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnsortedRowsException(String message) {
    super(message);
  }
}
