package io.deltamirror.worker;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.worker.stream.StreamSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a worker process is told by its environment.
 *
 * @param state address of the mirrors' state ({@code MIRROR_STATE}; {@code
 *     core.state.StateAddress})
 * @param lake address of the lake ({@code MIRROR_LAKE}; {@code core.storage.LakeAddress})
 * @param hubConnection connection string of the Event Hubs namespace ({@code EVENT_HUBS}); a secret
 * @param changesHub name of the hub for changes ({@code CHANGES_HUB}, {@code changes})
 * @param copyTasksHub name of the hub for copy tasks ({@code COPY_TASKS_HUB}, {@code copy-tasks})
 * @param publishLanes tables that are sent side by side ({@code MIRROR_PUBLISH_LANES}, 8)
 * @param healthPort of the health endpoint, 0 for any ({@code MIRROR_HEALTH_PORT}, 8080)
 * @param times {@code WORKER_LEASE_SECONDS}, {@code MIRROR_SOURCE_TIMEOUT_SECONDS}, {@code
 *     MIRROR_DRAIN_SECONDS}; defaults as in {@link WorkerTimes#defaults()}
 * @param stream {@code MIRROR_BATCH_BYTES}, {@code MIRROR_OPEN_BYTES}, {@code MIRROR_QUEUE_BYTES},
 *     {@code MIRROR_LINGER_MILLIS}, {@code MIRROR_WATERMARK_MILLIS}, {@code
 *     MIRROR_HEARTBEAT_MILLIS}; defaults as in {@link StreamSettings#defaults()}
 */
public record WorkerConfig(
    String state,
    String lake,
    String hubConnection,
    String changesHub,
    String copyTasksHub,
    int publishLanes,
    int healthPort,
    WorkerTimes times,
    StreamSettings stream) {

  /**
   * Reads the variables.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT}, with the name of the variable
   */
  public static WorkerConfig of(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    StreamSettings defaults = StreamSettings.defaults();
    WorkerTimes waits = WorkerTimes.defaults();
    return new WorkerConfig(
        variables.text(StateAddress.SETTING),
        variables.text(LakeAddress.SETTING),
        variables.text("EVENT_HUBS"),
        variables.text("CHANGES_HUB", "changes"),
        variables.text("COPY_TASKS_HUB", "copy-tasks"),
        variables.number("MIRROR_PUBLISH_LANES", 8, 1, 256),
        variables.number("MIRROR_HEALTH_PORT", 8080, 0, 65_535),
        new WorkerTimes(
            variables.seconds("WORKER_LEASE_SECONDS", waits.lease(), 2, 600),
            variables.seconds("MIRROR_SOURCE_TIMEOUT_SECONDS", waits.source(), 5, 3_600),
            variables.seconds("MIRROR_DRAIN_SECONDS", waits.drain(), 1, 3_600)),
        new StreamSettings(
            variables.size("MIRROR_BATCH_BYTES", defaults.batchBytes()),
            variables.size("MIRROR_OPEN_BYTES", defaults.openBytes()),
            variables.size("MIRROR_QUEUE_BYTES", defaults.queueBytes()),
            variables.millis("MIRROR_LINGER_MILLIS", defaults.linger()),
            variables.millis("MIRROR_WATERMARK_MILLIS", defaults.watermark()),
            variables.millis("MIRROR_HEARTBEAT_MILLIS", defaults.heartbeat())));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "WorkerConfig[state=%s, lake=%s, changesHub=%s, copyTasksHub=%s, publishLanes=%d, %s, %s]"
        .formatted(state, lake, changesHub, copyTasksHub, publishLanes, times, stream);
  }

  private record Variables(Map<String, String> environment) {
    String text(String name) {
      return value(name)
          .orElseThrow(() -> new MirrorException(ErrorCode.INVALID_ARGUMENT, name + " is not set"));
    }

    String text(String name, String otherwise) {
      return value(name).orElse(otherwise);
    }

    int size(String name, int otherwise) {
      return number(name, otherwise, 1_000, 1 << 30);
    }

    Duration millis(String name, Duration otherwise) {
      return Duration.ofMillis(number(name, (int) otherwise.toMillis(), 1, 3_600_000));
    }

    Duration seconds(String name, Duration otherwise, int least, int most) {
      return Duration.ofSeconds(number(name, (int) otherwise.toSeconds(), least, most));
    }

    int number(String name, int otherwise, int least, int most) {
      String text = value(name).orElse(Integer.toString(otherwise));
      try {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw outside(name, least, most, e);
      }
      throw outside(name, least, most, null);
    }

    private static MirrorException outside(String name, int least, int most, Exception cause) {
      return new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          name + " is not a number from " + least + " to " + most,
          cause);
    }

    private Optional<String> value(String name) {
      return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
  }
}
