package io.deltamirror.worker;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.worker.stream.StreamSettings;
import java.util.Map;

/**
 * How a capture worker is set up, by environment variables alone.
 *
 * @param state where the state is kept: {@code sqlite:<path>}
 * @param lake where the lake is: {@code file:<folder>}
 * @param eventHubs connection string of the namespace
 * @param changesHub name of the hub for change batches
 * @param copyTasksHub name of the hub for copy tasks
 * @param healthPort of the health endpoint on loopback, 0 for a free one
 * @param stream sizes and times of the stream
 */
public record WorkerConfig(
    String state,
    String lake,
    String eventHubs,
    String changesHub,
    String copyTasksHub,
    int healthPort,
    StreamSettings stream) {
  public static final String STATE = "MIRROR_STATE";
  public static final String LAKE = "MIRROR_LAKE";
  public static final String EVENT_HUBS = "EVENT_HUBS";
  public static final String CHANGES_HUB = "CHANGES_HUB";
  public static final String COPY_TASKS_HUB = "COPY_TASKS_HUB";
  public static final String HEALTH_PORT = "MIRROR_HEALTH_PORT";

  private static final String DEFAULT_HEALTH_PORT = "8080";

  /**
   * Reads it.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} naming the variable that is missing or wrong
   */
  public static WorkerConfig from(Map<String, String> environment) {
    return new WorkerConfig(
        required(environment, STATE),
        required(environment, LAKE),
        required(environment, EVENT_HUBS),
        environment.getOrDefault(CHANGES_HUB, "changes"),
        environment.getOrDefault(COPY_TASKS_HUB, "copy-tasks"),
        port(environment.getOrDefault(HEALTH_PORT, DEFAULT_HEALTH_PORT)),
        StreamSettings.defaults());
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "the environment variable " + name + " is missing");
    }
    return value;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw invalidPort(e);
    }
    throw invalidPort(null);
  }

  private static MirrorException invalidPort(Exception cause) {
    return new MirrorException(ErrorCode.INVALID_ARGUMENT, HEALTH_PORT + " is not a port", cause);
  }

  /** Without the connection string, which holds a secret. */
  @Override
  public String toString() {
    return "WorkerConfig[" + state + ", " + lake + ", " + changesHub + ", " + copyTasksHub + "]";
  }
}
