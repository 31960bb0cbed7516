package io.deltamirror.worker.seed;

import io.deltamirror.core.state.CopyTask;

/** Hands copy tasks to whoever carries them out. At least once: a task may arrive twice. */
@FunctionalInterface
public interface CopyTaskSender {
  /**
   * Returns when the task is safely on its way.
   *
   * @throws io.deltamirror.core.MirrorException {@code HUB_UNAVAILABLE}; the caller sends it again
   */
  void send(CopyTask task);
}
