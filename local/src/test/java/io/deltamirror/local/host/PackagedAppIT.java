package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.json.Json;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The function app that {@code mvn package} leaves. */
class PackagedAppIT {
  private static final Path APP = Path.of("../functions/target/azure-functions/delta-mirror");
  private static final AppSettings SETTINGS =
      new AppSettings(
          Map.of("EVENT_HUBS", "Endpoint=…", "CHANGES_HUB", "c", "COPY_TASKS_HUB", "t"));

  @TempDir private Path empty;

  @Test
  void itsFunctionsAreThoseOfTheAnnotatedClasses() throws Exception {
    try (PackagedApp app = PackagedApp.open(APP)) {
      List<FunctionDefinition> packaged = app.functions(app.configuration(), SETTINGS);

      assertThat(app.configuration()).isEqualTo(HostConfiguration.deployed());
      assertThat(packaged)
          .extracting(FunctionDefinition::name)
          .contains("ApplyChanges", "CopyTable", "startMirroring");
      for (FunctionDefinition function : packaged) {
        Class<?> annotated = Class.forName(function.method().getDeclaringClass().getName());
        assertThat(FunctionDefinition.of(annotated, app.configuration(), SETTINGS))
            .filteredOn(same -> same.name().equals(function.name()))
            .singleElement()
            .satisfies(
                same -> {
                  assertThat(same.trigger()).isEqualTo(function.trigger());
                  assertThat(same.retry()).isEqualTo(function.retry());
                });
      }
    }
  }

  @Test
  void itsClassesAreItsOwnAndSeeNothingOfThisProgram() throws Exception {
    try (PackagedApp app = PackagedApp.open(APP)) {
      ClassLoader classes =
          app.functions(app.configuration(), SETTINGS)
              .get(0)
              .method()
              .getDeclaringClass()
              .getClassLoader();

      assertThat(classes.loadClass(Json.class.getName())).isNotSameAs(Json.class);
      assertThatThrownBy(() -> classes.loadClass(LocalFunctionHost.class.getName()))
          .isInstanceOf(ClassNotFoundException.class);
      assertThatThrownBy(() -> classes.loadClass("org.junit.jupiter.api.Test"))
          .isInstanceOf(ClassNotFoundException.class);
      assertThat(app.instances().getClass().getClassLoader()).isSameAs(classes);
    }
  }

  @Test
  void folderWithoutAnAppIsRefused() {
    assertThatThrownBy(() -> PackagedApp.open(empty)).isInstanceOf(NoSuchFileException.class);
  }
}
