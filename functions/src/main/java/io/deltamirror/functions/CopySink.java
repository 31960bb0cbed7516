package io.deltamirror.functions;

import io.deltamirror.core.state.CopyTask;

/** Carries out copy tasks: {@code io.deltamirror.lake.copy.TableCopier}. */
@FunctionalInterface
public interface CopySink {
  /**
   * Copies a part of a table; at least once, so it must tolerate repetition. The part's own fault
   * stays with its table.
   *
   * @throws RuntimeException when nothing can go on; the same task comes again
   */
  void copy(CopyTask task);
}
