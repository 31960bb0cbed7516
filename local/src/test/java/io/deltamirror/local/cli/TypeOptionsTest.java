package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code run} says to options of types that there are not; no source is asked for it. */
class TypeOptionsTest {
  @TempDir private Path folder;

  private Commands run(String scale) {
    return Commands.run(
        "run",
        "--source",
        "postgresql://nobody@localhost:1/nothing",
        "--lake",
        folder.resolve("lake").toString(),
        "--numeric-scale=" + scale);
  }

  @ParameterizedTest
  @ValueSource(strings = {"39", "-1", "2147483647"})
  void aScaleThatNoDecimalHasIsRefused(String scale) {
    Commands run = run(scale);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .contains("INVALID_ARGUMENT: --numeric-scale: a scale of numeric is from 0 to 38")
        .contains("What to do");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "", "1.5", "99999999999"})
  void whatIsNoNumberIsNoScale(String scale) {
    Commands run = run(scale);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("--numeric-scale").contains("is not an int");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "38"})
  void theSmallestAndTheLargestScaleAreTaken(String scale) {
    Commands run = run(scale);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("SOURCE_").doesNotContain("--numeric-scale");
  }

  @Test
  void nothingIsLeftOfARunThatWasRefused() {
    run("39");
    assertThat(folder.resolve("lake").resolve("Tables")).doesNotExist();
  }
}
