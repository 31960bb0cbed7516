package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import java.time.Instant;
import java.util.Optional;

/**
 * What is wanted of a mirror, and what its worker says of itself.
 *
 * @param wanted by people: running or not
 * @param phase as the worker has it
 * @param fault why it is not running
 * @param fence number of the present worker; each start adds one, under the mirror's lease
 * @param sent position up to which everything is in the hub
 * @param slotBytes WAL that the slot holds back, in bytes
 * @param at when the worker last said so
 */
public record MirrorRun(
    boolean wanted,
    Phase phase,
    Optional<Fault> fault,
    long fence,
    Optional<Position> sent,
    long slotBytes,
    Instant at) {

  /** Name of its document. */
  public static final String DOCUMENT = "run";

  /** Fabric's states of a mirrored database. */
  public enum Phase {
    INITIALIZED("Initialized"),
    STARTING("Starting"),
    RUNNING("Running"),
    STOPPING("Stopping"),
    STOPPED("Stopped");

    private final String label;

    Phase(String label) {
      this.label = label;
    }

    @com.fasterxml.jackson.annotation.JsonValue
    public String label() {
      return label;
    }
  }

  public static MirrorRun initial(Instant now) {
    return new MirrorRun(false, Phase.INITIALIZED, Optional.empty(), 0, Optional.empty(), 0, now);
  }

  public MirrorRun want(boolean running, Instant now) {
    Phase next = running == wanted ? phase : running ? Phase.STARTING : Phase.STOPPING;
    return new MirrorRun(running, next, fault, fence, sent, slotBytes, now);
  }

  /** The next worker's. */
  public MirrorRun nextFence() {
    return nextFence(0);
  }

  /**
   * The next worker's.
   *
   * @param seen the highest that those who apply events have seen; this document may be an old copy
   */
  public MirrorRun nextFence(long seen) {
    long next = Math.addExact(Math.max(fence, seen), 1);
    return new MirrorRun(wanted, phase, fault, next, sent, slotBytes, at);
  }

  public MirrorRun observe(
      Phase seen, Optional<Fault> why, Optional<Position> upTo, long heldBack, Instant now) {
    return new MirrorRun(wanted, seen, why, fence, upTo, heldBack, now);
  }
}
