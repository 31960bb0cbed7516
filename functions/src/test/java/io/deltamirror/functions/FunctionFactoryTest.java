package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.hub.HubHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionFactoryTest {
  @TempDir private Path directory;

  @Test
  void workerFindsTheFactory() {
    assertThat(ServiceLoader.load(FunctionInstanceInjector.class))
        .singleElement()
        .isInstanceOf(FunctionFactory.class);
  }

  @Test
  void servicesAreOpenedOnceForAllFunctions() {
    AtomicInteger opened = new AtomicInteger();
    try (FunctionServices services = open(settings("sqlite:", "file:"))) {
      FunctionFactory factory =
          new FunctionFactory(
              () -> {
                opened.incrementAndGet();
                return services;
              });

      for (Class<?> function : FunctionFactory.functions()) {
        assertThat((Object) factory.getInstance(function)).isInstanceOf(function);
      }
      assertThat(opened).hasValue(1);
    }
  }

  @Test
  void otherClassesAreRefused() {
    FunctionFactory factory = new FunctionFactory(() -> null);

    assertThatThrownBy(() -> factory.getInstance(String.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void addressOfAnUnknownKindIsRefusedByName() {
    assertRefused(settings("table:", "file:"), "MIRROR_STATE");
    assertRefused(settings("sqlite:", "abfss:"), "MIRROR_LAKE");
  }

  private static void assertRefused(FunctionSettings settings, String name) {
    assertThatThrownBy(() -> open(settings))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(name);
  }

  private static FunctionServices open(FunctionSettings settings) {
    return FunctionServices.open(
        settings, Map.of(), source -> Optional.empty(), HubHistory.empty());
  }

  private FunctionSettings settings(String stateKind, String lakeKind) {
    return new FunctionSettings(
        stateKind + directory.resolve("state.db"),
        lakeKind + directory.resolve("lake"),
        64,
        Duration.ofSeconds(60));
  }
}
