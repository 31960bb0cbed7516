package io.deltamirror.core.state;

import java.time.Instant;
import java.util.Optional;

/**
 * What makes LSNs comparable: when any of it changes, a new generation begins.
 *
 * @param systemIdentifier of {@code pg_control_system()}, as IDENTIFY_SYSTEM gives it
 * @param timeline of the server
 * @param slot name of the replication slot
 * @param partitions of the hub
 * @param hub when the hub was created, as it says; empty where that is not known
 * @param generation seconds since the epoch when it began
 * @param reason why it began, for people
 */
public record SourceIdentity(
    String systemIdentifier,
    int timeline,
    String slot,
    int partitions,
    Optional<Instant> hub,
    long generation,
    Optional<String> reason) {

  /** Name of its document. */
  public static final String DOCUMENT = "identity";

  /** The same with a hub of which one knows more. */
  public SourceIdentity of(Optional<Instant> created) {
    return new SourceIdentity(
        systemIdentifier, timeline, slot, partitions, created, generation, reason);
  }
}
