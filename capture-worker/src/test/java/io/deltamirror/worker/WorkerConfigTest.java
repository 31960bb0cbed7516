package io.deltamirror.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.worker.stream.StreamSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerConfigTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "MIRROR_STATE", "sqlite:state.db",
          "MIRROR_LAKE", "file:lake",
          "EVENT_HUBS", "Endpoint=sb://localhost;SharedAccessKey=secret");

  @Test
  void defaults() {
    WorkerConfig config = WorkerConfig.of(LEAST);

    assertThat(config)
        .isEqualTo(
            new WorkerConfig(
                "sqlite:state.db",
                "file:lake",
                "Endpoint=sb://localhost;SharedAccessKey=secret",
                "changes",
                "copy-tasks",
                8,
                8080,
                WorkerTimes.defaults(),
                StreamSettings.defaults()));
  }

  @Test
  void everyVariableIsRead() {
    Map<String, String> all = new HashMap<>(LEAST);
    all.put("CHANGES_HUB", "c");
    all.put("COPY_TASKS_HUB", "t");
    all.put("MIRROR_PUBLISH_LANES", "3");
    all.put("MIRROR_HEALTH_PORT", "0");
    all.put("WORKER_LEASE_SECONDS", "20");
    all.put("MIRROR_SOURCE_TIMEOUT_SECONDS", "30");
    all.put("MIRROR_DRAIN_SECONDS", "40");
    all.put("MIRROR_BATCH_BYTES", "200000");
    all.put("MIRROR_OPEN_BYTES", "300000");
    all.put("MIRROR_QUEUE_BYTES", "400000");
    all.put("MIRROR_LINGER_MILLIS", "5");
    all.put("MIRROR_WATERMARK_MILLIS", "6");
    all.put("MIRROR_HEARTBEAT_MILLIS", "7");

    WorkerConfig config = WorkerConfig.of(all);

    assertThat(config.changesHub()).isEqualTo("c");
    assertThat(config.copyTasksHub()).isEqualTo("t");
    assertThat(config.publishLanes()).isEqualTo(3);
    assertThat(config.healthPort()).isZero();
    assertThat(config.times())
        .isEqualTo(
            new WorkerTimes(
                Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(40)));
    assertThat(config.stream())
        .isEqualTo(
            new StreamSettings(
                200_000,
                300_000,
                400_000,
                Duration.ofMillis(5),
                Duration.ofMillis(6),
                Duration.ofMillis(7)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MIRROR_STATE", "MIRROR_LAKE", "EVENT_HUBS"})
  void missingVariableIsNamed(String name) {
    Map<String, String> without = new HashMap<>(LEAST);
    without.put(name, " ");

    refused(without, name);
  }

  @ParameterizedTest
  @CsvSource({
    "MIRROR_HEALTH_PORT, 65536",
    "MIRROR_HEALTH_PORT, http",
    "MIRROR_PUBLISH_LANES, 0",
    "MIRROR_BATCH_BYTES, -1",
    "MIRROR_LINGER_MILLIS, 1.5"
  })
  void numberOutOfRangeIsNamed(String name, String value) {
    Map<String, String> with = new HashMap<>(LEAST);
    with.put(name, value);

    refused(with, name);
  }

  private static void refused(Map<String, String> environment, String name) {
    assertThatExceptionOfType(MirrorException.class)
        .isThrownBy(() -> WorkerConfig.of(environment))
        .withMessageContaining(name)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void textHasNoSecret() {
    assertThat(WorkerConfig.of(LEAST).toString()).doesNotContain("secret");
    assertThat(new HubClients("secret").toString()).doesNotContain("secret");
  }
}
