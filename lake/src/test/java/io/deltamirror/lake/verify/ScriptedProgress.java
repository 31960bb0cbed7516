package io.deltamirror.lake.verify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** A mirror that has caught up at each call, at which the next step of a script happens. */
final class ScriptedProgress implements MirrorProgress {
  private final Queue<Runnable> steps = new ArrayDeque<>();
  private int calls;

  ScriptedProgress then(Runnable step) {
    steps.add(step);
    return this;
  }

  int calls() {
    return calls;
  }

  @Override
  public Standing catchUp(long tableOid, Duration atMost) {
    calls++;
    Runnable step = steps.poll();
    if (step != null) {
      step.run();
    }
    return new Standing.CaughtUp();
  }
}
