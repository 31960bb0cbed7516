package io.deltamirror.core.failpoint;

import io.deltamirror.core.failpoint.FailpointAction.Crash;
import io.deltamirror.core.failpoint.FailpointAction.Delay;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.FailpointAction.Repeat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the program passes its {@link Failpoint}s. They are off unless the process starts with the
 * environment variable {@code MIRROR_FAILPOINTS} or the system property {@code
 * deltamirror.failpoints}; then a pass costs nothing, as the constant below lets the compiler
 * remove it.
 *
 * <p>{@code MIRROR_FAILPOINTS} lists what to arm: {@code <point>=<action>[@<n>]}, separated by
 * commas, for the <i>n</i>th pass alone, or for all of them where it is left out; see {@link
 * FailpointAction#parse}. Tests in the same process use {@link #arm}.
 *
 * <p>The one place with static state, so that a point can be in any code without being handed
 * around. Thread-safe.
 */
public final class Failpoints {
  /** Names what to arm at start. */
  public static final String VARIABLE = "MIRROR_FAILPOINTS";

  /** Makes {@link #arm} work; what the variable arms does not need it. */
  public static final String PROPERTY = "deltamirror.failpoints";

  /** As a shell reports a process that got SIGKILL. */
  private static final int KILLED = 137;

  private static final boolean ON = System.getenv(VARIABLE) != null || Boolean.getBoolean(PROPERTY);
  private static final Map<Failpoint, Armed> ARMED = new ConcurrentHashMap<>();
  private static final Map<Failpoint, AtomicLong> PASSES = new ConcurrentHashMap<>();

  static {
    Optional.ofNullable(System.getenv(VARIABLE)).ifPresent(Failpoints::armAll);
  }

  private Failpoints() {}

  /**
   * What a test has armed; closing it disarms the point.
   *
   * @param pass the one that it acts at, counted from when it was armed; 0 for every one
   */
  private record Armed(FailpointAction action, long pass, AtomicLong passed) {
    Optional<FailpointAction> next() {
      long now = passed.incrementAndGet();
      return pass == 0 || pass == now ? Optional.of(action) : Optional.empty();
    }
  }

  /** Disarms the point that {@link #arm} armed. */
  public interface Arming extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The program is at this step.
   *
   * @throws UncheckedIOException when the point is armed with {@link Fail}
   */
  public static void reach(Failpoint point) {
    if (ON) {
      act(point);
    }
  }

  /**
   * As {@link #reach}, for a step whose callers expect an {@link IOException} when it fails.
   *
   * @throws IOException when the point is armed with {@link Fail}
   */
  public static void reachIo(Failpoint point) throws IOException {
    try {
      reach(point);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** How many times the step is to be done: once, unless a test wants it repeated. */
  public static int times(Failpoint point) {
    return ON && act(point) instanceof Repeat ? 2 : 1;
  }

  /**
   * Arms a point in this process.
   *
   * @param pass the pass from now on at which it acts; 0 for every one
   * @throws IllegalStateException where failpoints are off
   */
  public static Arming arm(Failpoint point, FailpointAction action, long pass) {
    if (!ON) {
      throw new IllegalStateException("failpoints are off: " + PROPERTY + " is not set");
    }
    ARMED.put(point, new Armed(action, pass, new AtomicLong()));
    return () -> ARMED.remove(point);
  }

  /** How often the program passed a point since it started; 0 where failpoints are off. */
  public static long passes(Failpoint point) {
    return Optional.ofNullable(PASSES.get(point)).map(AtomicLong::get).orElse(0L);
  }

  private static FailpointAction act(Failpoint point) {
    PASSES.computeIfAbsent(point, p -> new AtomicLong()).incrementAndGet();
    FailpointAction action =
        Optional.ofNullable(ARMED.get(point)).flatMap(Armed::next).orElse(null);
    if (action instanceof Crash) {
      Runtime.getRuntime().halt(KILLED);
    } else if (action instanceof Delay delay) {
      sleep(delay);
    } else if (action instanceof Fail) {
      throw new UncheckedIOException(new IOException("failpoint " + point.id()));
    }
    return action;
  }

  private static void sleep(Delay delay) {
    try {
      Thread.sleep(delay.time().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void armAll(String text) {
    for (String entry : text.split(",", -1)) {
      if (!entry.isBlank()) {
        arm(entry.strip());
      }
    }
  }

  private static void arm(String entry) {
    String[] sides = entry.split("=", 2);
    if (sides.length != 2) {
      throw new IllegalArgumentException(VARIABLE + ": no action in " + entry);
    }
    String[] action = sides[1].split("@", 2);
    long pass = action.length == 2 ? Long.parseLong(action[1]) : 0;
    ARMED.put(
        Failpoint.of(sides[0]),
        new Armed(FailpointAction.parse(action[0]), pass, new AtomicLong()));
  }
}
