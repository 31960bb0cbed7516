package io.deltamirror.core.failpoint;

import java.util.Arrays;

/**
 * The steps at which tests stop, crash, delay or repeat a process. One is added wherever a step
 * leaves a trace outside of the process: what the next step does not follow must be mended by
 * whoever comes after a crash.
 */
public enum Failpoint {
  APPLY_DEAD_LETTER_KEPT("apply.dead-letter-kept"),
  DEAD_LETTER_BODY_WRITTEN("dead-letter.body-written"),
  FENCE_TAKEN("worker.fence-taken"),
  STORE_WRITING("store.writing"),
  STORE_WRITTEN("store.written");

  private final String id;

  Failpoint(String id) {
    this.id = id;
  }

  /** As {@code MIRROR_FAILPOINTS} names it: place and step. */
  public String id() {
    return id;
  }

  /**
   * Finds one by its id.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Failpoint of(String id) {
    return Arrays.stream(values())
        .filter(point -> point.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no failpoint " + id));
  }
}
