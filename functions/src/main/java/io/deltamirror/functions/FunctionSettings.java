package io.deltamirror.functions;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import java.time.Duration;
import java.util.Map;

/**
 * The app settings, which reach the process as environment variables. This is the one place for
 * their names; those of the hubs are read by the host, at the triggers.
 *
 * @param state where the state is kept: an address of {@link StateAddress}
 * @param lake where the lake is: an address of {@link LakeAddress}
 * @param applyMemoryMegabytes decoded changes that one invocation may hold, in MiB; more are
 *     committed in several steps
 * @param sourceTimeout for how long a source may be silent in the midst of a copy
 */
public record FunctionSettings(
    String state, String lake, int applyMemoryMegabytes, Duration sourceTimeout) {
  /** Connection string of the Event Hubs namespace. */
  public static final String EVENT_HUBS = "EVENT_HUBS";

  /** Name of the hub that carries the change batches. */
  public static final String CHANGES_HUB = "CHANGES_HUB";

  /** Name of the hub that carries the copy tasks. */
  public static final String COPY_TASKS_HUB = "COPY_TASKS_HUB";

  public static final String STATE = StateAddress.SETTING;
  public static final String LAKE = LakeAddress.SETTING;
  public static final String APPLY_MEMORY_MB = "MIRROR_APPLY_MEMORY_MB";

  public static final String SOURCE_TIMEOUT_SECONDS = "MIRROR_SOURCE_TIMEOUT_SECONDS";

  private static final int DEFAULT_APPLY_MEMORY_MB = 64;
  private static final int DEFAULT_SOURCE_TIMEOUT_SECONDS = 60;
  private static final int LEAST_SOURCE_TIMEOUT_SECONDS = 5;
  private static final int LEAST_APPLY_MEMORY_MB = 8;

  public FunctionSettings {
    if (applyMemoryMegabytes < LEAST_APPLY_MEMORY_MB) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          APPLY_MEMORY_MB + " is " + applyMemoryMegabytes + ", less than " + LEAST_APPLY_MEMORY_MB);
    }
    if (sourceTimeout.toSeconds() < LEAST_SOURCE_TIMEOUT_SECONDS) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          SOURCE_TIMEOUT_SECONDS
              + " is "
              + sourceTimeout.toSeconds()
              + ", less than "
              + LEAST_SOURCE_TIMEOUT_SECONDS);
    }
  }

  /**
   * Reads them.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} naming the setting that is missing or wrong
   */
  public static FunctionSettings from(Map<String, String> environment) {
    return new FunctionSettings(
        required(environment, STATE),
        required(environment, LAKE),
        number(environment, APPLY_MEMORY_MB, DEFAULT_APPLY_MEMORY_MB),
        Duration.ofSeconds(
            number(environment, SOURCE_TIMEOUT_SECONDS, DEFAULT_SOURCE_TIMEOUT_SECONDS)));
  }

  long applyMemoryBytes() {
    return (long) applyMemoryMegabytes << 20;
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "the app setting " + name + " is missing");
    }
    return value;
  }

  private static int number(Map<String, String> environment, String name, int otherwise) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "the app setting " + name + " is not a whole number", e);
    }
  }
}
