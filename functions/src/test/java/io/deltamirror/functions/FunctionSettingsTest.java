package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FunctionSettingsTest {
  private static final Map<String, String> LEAST =
      Map.of("MIRROR_STATE", "sqlite:state.db", "MIRROR_LAKE", "file:lake");

  @Test
  void whatIsNotSetHasADefault() {
    assertThat(FunctionSettings.from(LEAST))
        .isEqualTo(
            new FunctionSettings("sqlite:state.db", "file:lake", 64, Duration.ofSeconds(60)));
  }

  @Test
  void everySettingIsRead() {
    assertThat(
            FunctionSettings.from(
                Map.of(
                    "MIRROR_STATE", "sqlite:/var/state.db",
                    "MIRROR_LAKE", "file:/var/lake",
                    "MIRROR_APPLY_MEMORY_MB", "100",
                    "MIRROR_SOURCE_TIMEOUT_SECONDS", "30")))
        .isEqualTo(
            new FunctionSettings(
                "sqlite:/var/state.db", "file:/var/lake", 100, Duration.ofSeconds(30)));
  }

  @Test
  void namesOfTheHubsSettingsAreFixed() {
    assertThat(FunctionSettings.EVENT_HUBS).isEqualTo("EVENT_HUBS");
    assertThat(FunctionSettings.CHANGES_HUB).isEqualTo("CHANGES_HUB");
    assertThat(FunctionSettings.COPY_TASKS_HUB).isEqualTo("COPY_TASKS_HUB");
  }

  @Test
  void sampleSettingsAreComplete() throws Exception {
    JsonNode values =
        Json.mapper().readTree(Path.of("../local.settings.sample.json").toFile()).get("Values");
    Map<String, String> sample = new TreeMap<>();
    values.properties().forEach(entry -> sample.put(entry.getKey(), entry.getValue().asText()));

    assertThat(FunctionSettings.from(sample).applyMemoryMegabytes()).isEqualTo(64);
    assertThat(sample)
        .containsKeys(
            FunctionSettings.EVENT_HUBS,
            FunctionSettings.CHANGES_HUB,
            FunctionSettings.COPY_TASKS_HUB);
  }

  @Test
  void missingOrWrongSettingIsNamed() {
    assertRefused(without("MIRROR_STATE"), "MIRROR_STATE is missing");
    assertRefused(without("MIRROR_LAKE"), "MIRROR_LAKE is missing");
    assertRefused(with("MIRROR_LAKE", " "), "MIRROR_LAKE is missing");
    assertRefused(with("MIRROR_APPLY_MEMORY_MB", "lots"), "MIRROR_APPLY_MEMORY_MB is not a whole");
    assertRefused(with("MIRROR_APPLY_MEMORY_MB", "7"), "MIRROR_APPLY_MEMORY_MB is 7, less than");
    assertRefused(
        with("MIRROR_SOURCE_TIMEOUT_SECONDS", "1"),
        "MIRROR_SOURCE_TIMEOUT_SECONDS is 1, less than");
  }

  private static void assertRefused(Map<String, String> environment, String message) {
    assertThatThrownBy(() -> FunctionSettings.from(environment))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> changed = new TreeMap<>(LEAST);
    changed.put(name, value);
    return changed;
  }

  private static Map<String, String> without(String name) {
    Map<String, String> changed = new TreeMap<>(LEAST);
    changed.remove(name);
    return changed;
  }
}
