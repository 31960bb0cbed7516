package io.deltamirror.local.processes;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes one part of a mirror through many lives, each of which ends at the next step of a list. Not
 * thread-safe.
 */
final class CrashWalk implements AutoCloseable {
  /** As a shell reports SIGKILL. */
  private static final int KILLED = 137;

  private static final Duration LONGEST_LIFE = Duration.ofMinutes(4);

  private final String part;
  private final Start start;
  private final Provocation provocation;
  private final List<String> missed = new ArrayList<>();
  private ServiceProcess process;

  /** Starts the part with variables more than it has anyway. */
  interface Start {
    ServiceProcess with(Map<String, String> more) throws IOException;
  }

  /** What must happen for the part to pass a step, if that does not happen all the time. */
  interface Provocation {
    /** Called while the part is not running. */
    void of(CrashStep step) throws Exception;
  }

  /** A part that runs undisturbed until the first step. */
  CrashWalk(String part, Start start, Provocation provocation) throws IOException {
    this.part = part;
    this.start = start;
    this.provocation = provocation;
    this.process = start.with(Map.of());
  }

  /** One life for each step; then it runs undisturbed again. */
  Void through(List<CrashStep> steps) throws Exception {
    if (steps.isEmpty()) {
      return null;
    }
    process.close();
    for (CrashStep step : steps) {
      provocation.of(step);
      long began = System.nanoTime();
      process = start.with(step.environment());
      boolean hit = process.ends(LONGEST_LIFE) && process.exitCode() == KILLED;
      Duration lived = Duration.ofNanos(System.nanoTime() - began);
      System.out.printf(
          "%-9s %-34s %s after %d ms%n", part, step, hit ? "crashed" : "MISSED", lived.toMillis());
      if (!hit) {
        missed.add(part + " " + step + (process.isRunning() ? "" : ": " + process.exitCode()));
        process.close();
      }
    }
    process = start.with(Map.of());
    return null;
  }

  /** Steps that the part did not end at. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  /** Whether it is still running, as it should outside of {@link #through}. */
  boolean isRunning() {
    return process.isRunning();
  }

  @Override
  public void close() {
    process.close();
  }
}
