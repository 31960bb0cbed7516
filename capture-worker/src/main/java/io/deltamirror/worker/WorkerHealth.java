package io.deltamirror.worker;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;

/**
 * How a worker stands with a mirror.
 *
 * @param role whether it owns the mirror
 * @param silence how long it is since an owner's stream made progress, or since a stand-by last saw
 *     that there is an owner
 */
public record WorkerHealth(Role role, Duration silence) {

  /** Of the workers of a mirror one owns it. */
  public enum Role {
    OWNER("owner"),
    STANDBY("standby");

    private final String label;

    Role(String label) {
      this.label = label;
    }

    @JsonValue
    public String label() {
      return label;
    }
  }
}
