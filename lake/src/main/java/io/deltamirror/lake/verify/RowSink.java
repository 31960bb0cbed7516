package io.deltamirror.lake.verify;

/** Takes rows one after another. */
@FunctionalInterface
interface RowSink {
  /** The image is filled anew for the next row: copy what must stay. */
  void row(RowImage row);
}
