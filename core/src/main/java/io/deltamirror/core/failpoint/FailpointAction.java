package io.deltamirror.core.failpoint;

import java.time.Duration;

/** What happens at a {@link Failpoint} that is armed. */
public sealed interface FailpointAction {

  /** The process ends at once, as by SIGKILL: no shutdown hook runs, nothing is flushed. */
  record Crash() implements FailpointAction {}

  /** The step waits. */
  record Delay(Duration time) implements FailpointAction {}

  /** The step fails with an {@link java.io.UncheckedIOException}, like a shared fault. */
  record Fail() implements FailpointAction {}

  /** The step is done once more, where {@link Failpoints#times} asks for that. */
  record Repeat() implements FailpointAction {}

  /**
   * Reads one: {@code crash}, {@code delay:<milliseconds>}, {@code fail} or {@code repeat}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static FailpointAction parse(String text) {
    String[] words = text.split(":", 2);
    if (words.length == 2 && words[0].equals("delay")) {
      return new Delay(Duration.ofMillis(Long.parseLong(words[1])));
    }
    return switch (text) {
      case "crash" -> new Crash();
      case "fail" -> new Fail();
      case "repeat" -> new Repeat();
      default -> throw new IllegalArgumentException("a failpoint does not know " + text);
    };
  }
}
