package io.deltamirror.core.source;

/**
 * What a replication connection calls itself ({@code application_name}), so that the next owner of
 * the mirror can tell an earlier one's from anybody else's.
 *
 * @param instance of the mirror's lease
 * @param fence of the worker
 */
public record StreamLabel(String instance, long fence) {
  /** What all of a mirror's labels start with; the fence follows. */
  public String prefix() {
    return "delta-mirror:" + instance + ":";
  }

  /** At most 63 characters, as PostgreSQL keeps them. */
  @Override
  public String toString() {
    return prefix() + fence;
  }
}
