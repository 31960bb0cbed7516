package io.deltamirror.lake.copy;

import java.io.IOException;

/** Takes rows one after the other. */
@FunctionalInterface
interface RowSink {
  /** Takes a row; it belongs to the sink from now on. */
  void accept(Object[] row) throws IOException;
}
