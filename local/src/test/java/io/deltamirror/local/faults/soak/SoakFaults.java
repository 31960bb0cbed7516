package io.deltamirror.local.faults.soak;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.FailpointAction;
import io.deltamirror.core.failpoint.FailpointAction.Delay;
import io.deltamirror.core.failpoint.FailpointAction.Fail;
import io.deltamirror.core.failpoint.FailpointAction.Repeat;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.failpoint.Failpoints.Arming;
import io.deltamirror.local.faults.MirrorStack;
import io.deltamirror.local.faults.RestartablePostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Picks faults and causes them. Which ones, and in what order, follows from the random alone. */
final class SoakFaults implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SoakFaults.class);
  private static final Failpoint[] POINTS = Failpoint.values();
  private static final List<Failpoint> REPEATABLE =
      List.of(
          Failpoint.STREAM_SENDING,
          Failpoint.SEED_BEGIN_MARKING,
          Failpoint.SEED_READY_MARKING,
          Failpoint.SEED_TASK_SENDING);
  private static final List<Failpoint> OF_LAKE =
      List.of(Failpoint.LAKE_CREATING, Failpoint.LAKE_CLOSING, Failpoint.LAKE_CREATED);

  private final MirrorStack stack;
  private final RestartablePostgres postgres;
  private final SplittableRandom random;
  private final List<Arming> armed = new ArrayList<>();
  private final Map<SoakFault, Integer> caused = new EnumMap<>(SoakFault.class);

  SoakFaults(MirrorStack stack, RestartablePostgres postgres, SplittableRandom random) {
    this.stack = stack;
    this.postgres = postgres;
    this.random = random;
  }

  /** How long until the next one. */
  Duration pause() {
    return Duration.ofMillis(random.nextInt(500, 3_500));
  }

  /** Causes the next one; what lasts a while ends with the one after it. */
  void next() throws Exception {
    SoakFault fault = pick();
    // Drawn for every kind, so that the next fault does not depend on this one's kind.
    long detail = random.nextLong();
    disarm();
    LOG.warn("fault: {}", fault);
    cause(fault, new SplittableRandom(detail));
    caused.merge(fault, 1, Integer::sum);
  }

  private SoakFault pick() {
    int sum = 0;
    for (SoakFault fault : SoakFault.values()) {
      sum += fault.weight();
    }
    int left = random.nextInt(sum);
    for (SoakFault fault : SoakFault.values()) {
      left -= fault.weight();
      if (left < 0) {
        return fault;
      }
    }
    throw new IllegalStateException("the weights do not add up");
  }

  private void cause(SoakFault fault, SplittableRandom detail) throws Exception {
    switch (fault) {
      case FAILPOINT_FAILS -> arm(any(detail), new Fail(), 1 + detail.nextInt(3));
      case FAILPOINT_DELAYS ->
          arm(any(detail), new Delay(Duration.ofMillis(detail.nextInt(20, 1_500))), 1);
      case FAILPOINT_REPEATS ->
          arm(REPEATABLE.get(detail.nextInt(REPEATABLE.size())), new Repeat(), 0);
      case LAKE_FAILS_FOR_A_WHILE -> OF_LAKE.forEach(point -> arm(point, new Fail(), 0));
      case STATE_FAILS_FOR_A_WHILE -> arm(Failpoint.STORE_WRITING, new Fail(), 0);
      case HUB_BUSY ->
          stack.hubFaults().failSends(1 + detail.nextInt(3), "com.microsoft:server-busy");
      case HUB_CONNECTIONS_DROPPED -> stack.hubFaults().dropConnections();
      case HUB_ANSWERS_LOST -> stack.hubFaults().loseAcknowledgements(1 + detail.nextInt(2));
      case HUB_DELIVERS_TWICE -> stack.hubFaults().duplicateDeliveries(50);
      case CHECKPOINTS_LOST -> stack.redeliverAll();
      case CHECKPOINTS_OF_LONG_AGO -> stack.redeliverFrom(detail.nextInt(100) / 100.0);
      case HOST_RESTARTED -> {
        stack.stopHost();
        // Every other one will not be waited for: its invocations are interrupted at its end.
        stack.startHost(detail.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(5));
      }
      case WORKER_RESTARTED -> {
        stack.stopWorker();
        stack.startWorker();
      }
      case WALSENDER_TERMINATED ->
          terminate("pid IN (SELECT active_pid FROM pg_replication_slots)");
      case SOURCE_SESSIONS_TERMINATED -> terminate("application_name = 'delta-mirror'");
      case SOURCE_RESTARTED -> postgres.restart();
      case SOURCE_CRASHED -> postgres.crash();
    }
  }

  private static Failpoint any(SplittableRandom detail) {
    return POINTS[detail.nextInt(POINTS.length)];
  }

  private void arm(Failpoint point, FailpointAction action, long pass) {
    LOG.warn("fault: {} {} at pass {}", point, action, pass);
    armed.add(Failpoints.arm(point, action, pass));
  }

  private void terminate(String which) throws SQLException {
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
            + which);
  }

  private void disarm() {
    armed.forEach(Arming::close);
    armed.clear();
  }

  /** How many of each kind there were. */
  Map<SoakFault, Integer> caused() {
    return caused;
  }

  /** Nothing fails by order any more. */
  @Override
  public void close() {
    disarm();
  }
}
