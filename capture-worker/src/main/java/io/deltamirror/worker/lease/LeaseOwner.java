package io.deltamirror.worker.lease;

import java.util.Optional;
import java.util.UUID;

/** Names for those who hold leases. */
public final class LeaseOwner {
  private LeaseOwner() {}

  /** A name that nobody had before; tells people which replica and process it is. */
  public static String unique() {
    String host = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("local");
    return host
        + "/"
        + ProcessHandle.current().pid()
        + "/"
        + UUID.randomUUID().toString().substring(0, 8);
  }
}
