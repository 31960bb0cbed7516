package io.deltamirror.core.failpoint;

import java.util.Arrays;

/**
 * The steps at which tests stop, crash, delay or repeat a process. One is added wherever a step
 * leaves a trace outside of the process: what the next step does not follow must be mended by
 * whoever comes after a crash.
 */
public enum Failpoint {
  GENERATION_DRAINED("generation.drained"),
  GENERATION_IDENTITY_STORED("generation.identity-stored"),
  GENERATION_PUBLICATIONS_MADE("generation.publications-made"),
  GENERATION_SLOT_CREATED("generation.slot-created"),
  GENERATION_SLOT_DROPPED("generation.slot-dropped"),
  GENERATION_TABLES_RESEEDED("generation.tables-reseeded"),
  LEASE_RENEWED("lease.renewed"),
  LEASE_STATE_SEALED("lease.state-sealed"),
  STORE_WRITING("store.writing"),
  STORE_WRITTEN("store.written"),
  FENCE_TAKEN("worker.fence-taken");

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
