package io.deltamirror.core.state;

/**
 * What makes LSNs comparable: when any of it changes, a new generation begins.
 *
 * @param systemIdentifier of {@code pg_control_system()}, as IDENTIFY_SYSTEM gives it
 * @param timeline of the server
 * @param slot name of the replication slot
 * @param partitions of the hub
 * @param generation seconds since the epoch when it began
 */
public record SourceIdentity(
    String systemIdentifier, int timeline, String slot, int partitions, long generation) {

  /** Name of its document. */
  public static final String DOCUMENT = "identity";

  /** Whether positions of one can be compared with those of the other. */
  public boolean continues(SourceIdentity other) {
    return systemIdentifier.equals(other.systemIdentifier)
        && timeline == other.timeline
        && slot.equals(other.slot)
        && partitions == other.partitions;
  }
}
