package io.deltamirror.core.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.failpoint.FailpointAction.Crash;
import io.deltamirror.core.failpoint.FailpointAction.Delay;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.FailpointAction.Repeat;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FailpointsTest {
  @Test
  void actsAtTheWantedPassAlone() {
    try (var armed = Failpoints.arm(Failpoint.FENCE_TAKEN, new Fail(), 2)) {
      assertThat(armed).isNotNull();
      Failpoints.reach(Failpoint.FENCE_TAKEN);
      assertThatThrownBy(() -> Failpoints.reach(Failpoint.FENCE_TAKEN))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("worker.fence-taken");
      assertThatCode(() -> Failpoints.reach(Failpoint.FENCE_TAKEN)).doesNotThrowAnyException();
    }
  }

  @Test
  void isOffAgainWhenClosed() {
    Failpoints.arm(Failpoint.FENCE_TAKEN, new Fail(), 0).close();
    assertThatCode(() -> Failpoints.reach(Failpoint.FENCE_TAKEN)).doesNotThrowAnyException();
  }

  @Test
  void repeatsWhatAsksForIt() {
    assertThat(Failpoints.times(Failpoint.FENCE_TAKEN)).isEqualTo(1);
    try (var armed = Failpoints.arm(Failpoint.FENCE_TAKEN, new Repeat(), 0)) {
      assertThat(armed).isNotNull();
      assertThat(Failpoints.times(Failpoint.FENCE_TAKEN)).isEqualTo(2);
    }
  }

  @Test
  void countsPasses() {
    long before = Failpoints.passes(Failpoint.FENCE_TAKEN);
    Failpoints.reach(Failpoint.FENCE_TAKEN);
    assertThat(Failpoints.passes(Failpoint.FENCE_TAKEN)).isEqualTo(before + 1);
  }

  @Test
  void actionsHaveATextForm() {
    assertThat(FailpointAction.parse("crash")).isEqualTo(new Crash());
    assertThat(FailpointAction.parse("delay:25")).isEqualTo(new Delay(Duration.ofMillis(25)));
    assertThat(FailpointAction.parse("fail")).isEqualTo(new Fail());
    assertThat(FailpointAction.parse("repeat")).isEqualTo(new Repeat());
    assertThatThrownBy(() -> FailpointAction.parse("explode"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsId(Failpoint point) {
    assertThat(Failpoint.of(point.id())).isEqualTo(point);
    assertThat(point.id()).matches("[a-z-]+\\.[a-z-]+");
  }

  @Test
  void crashEndsTheProcessAtOnce() throws IOException, InterruptedException {
    assertThat(exitOf("worker.fence-taken=crash@2")).isEqualTo(137);
  }

  @Test
  void nothingIsArmedByAnEmptyVariable() throws IOException, InterruptedException {
    assertThat(exitOf("")).isEqualTo(0);
  }

  private static int exitOf(String failpoints) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path").replace(':', File.pathSeparatorChar),
            Passes.class.getName());
    builder.environment().put(Failpoints.VARIABLE, failpoints);
    return builder.start().waitFor();
  }

  /** Passes a point twice, in a process of its own. */
  static final class Passes {
    private Passes() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(99)));
      Failpoints.reach(Failpoint.FENCE_TAKEN);
      Failpoints.reach(Failpoint.FENCE_TAKEN);
      Runtime.getRuntime().halt(0);
    }
  }
}
