package io.deltamirror.core.azurite;

import io.deltamirror.core.azure.StorageLimits;
import java.time.Duration;

/** Limits that let a test of faults end soon. */
public final class TestLimits {
  /** Attempts of each request. */
  public static final int ATTEMPTS = 4;

  private TestLimits() {}

  /** For answers that come at once, or never. */
  public static StorageLimits quick() {
    return new StorageLimits(
        ATTEMPTS,
        Duration.ofMillis(2),
        Duration.ofMillis(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        10 << 20);
  }

  /** For answers that are late. */
  public static StorageLimits impatient() {
    return new StorageLimits(
        ATTEMPTS,
        Duration.ofMillis(2),
        Duration.ofMillis(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        10 << 20);
  }
}
