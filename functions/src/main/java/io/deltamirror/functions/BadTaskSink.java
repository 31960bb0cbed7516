package io.deltamirror.functions;

import io.deltamirror.core.deadletter.BadEvent;
import java.io.IOException;

/** Keeps events that are no copy tasks: {@code io.deltamirror.core.deadletter.DeadLetters}. */
@FunctionalInterface
public interface BadTaskSink {
  /**
   * Keeps one; to keep it again changes nothing.
   *
   * @throws IOException when the lake does not take it; the same event comes again
   */
  @SuppressWarnings("CheckReturnValue")
  Object keep(BadEvent event) throws IOException;
}
