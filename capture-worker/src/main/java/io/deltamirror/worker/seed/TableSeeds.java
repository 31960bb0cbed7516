package io.deltamirror.worker.seed;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.stream.SeedMarks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings tables into the mirror and through their seeds: the worker's part of the protocol in
 * docs/architecture.md, as a loop that compares what is with what should be. It keeps nothing that
 * it could not find again: after a crash the next one goes on from the store and the source.
 *
 * <p>It uses one connection to the source, and one more for each snapshot (two at most). For one
 * thread.
 */
final class TableSeeds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableSeeds.class);
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final Duration DISCOVER_EVERY = Duration.ofSeconds(5);
  private static final Duration DISCOVER_AT_LEAST_EVERY = Duration.ofMinutes(1);

  /** A catalog of thousands of tables must not keep the source busy: at most 2 % of the time. */
  private static final int REST = 50;

  private static final Duration REPEAT_MARKS = Duration.ofSeconds(10);

  /** How soon a live table's missing last change is noticed when nothing follows it. */
  private static final Duration CHECK_ENDS = Duration.ofMinutes(10);

  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  /** Longer than any statement here takes; a dead connection must not stop the loop for ever. */
  private static final int NETWORK_TIMEOUT_MILLIS = 60_000;

  private final SourceSession session;
  private final MirrorState mirror;
  private final SeedMarks marks;
  private final TableDiscovery discovery;
  private final SnapshotCopies copies;
  private final Clock clock;
  private final Cadence<SeedId> begins;
  private final Cadence<SeedId> readies;
  private final Cadence<SeedId> ends;
  private Optional<Connection> catalog = Optional.empty();
  private Instant nextDiscovery = Instant.MIN;

  /**
   * @param mirror whose publications and slot are there ({@link MirrorGeneration})
   * @param chosen which tables take part
   * @param types how their columns are carried
   * @param marks puts a seed's marks into the stream
   * @param sender takes the copy tasks
   */
  TableSeeds(
      SourceSession session,
      MirrorState mirror,
      TablePatterns chosen,
      TypeOptions types,
      SeedMarks marks,
      CopyTaskSender sender,
      Clock clock) {
    this.session = session;
    this.mirror = mirror;
    this.marks = marks;
    this.discovery = new TableDiscovery(mirror, chosen, types, marks, clock);
    this.copies = new SnapshotCopies(session, mirror, types, sender, clock);
    this.clock = clock;
    this.begins = new Cadence<>(REPEAT_MARKS, clock);
    this.readies = new Cadence<>(REPEAT_MARKS, clock);
    this.ends = new Cadence<>(CHECK_ENDS, clock);
  }

  /** Goes on until the thread is interrupted; what fails is logged and tried again. */
  void run() throws InterruptedException {
    Duration pause = STEP;
    while (true) {
      try {
        step();
        pause = STEP;
      } catch (SQLException | RuntimeException e) {
        disconnect();
        pause = min(pause.multipliedBy(2), LONGEST_BACK_OFF);
        LOG.warn("seeding tables, again in {} s", pause.toSeconds(), e);
      }
      Thread.sleep(pause.toMillis());
    }
  }

  /** Does what can be done now. */
  void step() throws SQLException {
    Connection connection = connection();
    if (!clock.instant().isBefore(nextDiscovery)) {
      discover(connection);
    }
    List<TableState> states = mirror.tables().list(TableState.PREFIX);
    mark(states);
    copies.step(connection, states);
  }

  private void discover(Connection connection) throws SQLException {
    Instant begun = clock.instant();
    discovery.run(connection);
    Duration took = Duration.between(begun, clock.instant());
    Duration rest = max(DISCOVER_EVERY, took.multipliedBy(REST));
    nextDiscovery = clock.instant().plus(min(rest, DISCOVER_AT_LEAST_EVERY));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private void mark(List<TableState> states) {
    Set<SeedId> seeds = states.stream().map(SeedId::of).collect(Collectors.toSet());
    begins.retain(seeds);
    readies.retain(seeds);
    ends.retain(seeds);
    for (TableState state : states) {
      SeedId seed = SeedId.of(state);
      boolean toBegin =
          state.at(state.seed(), SeedStage.REQUESTED) && discovery.published(state.oid());
      if (toBegin && begins.due(seed)) {
        for (int times = Failpoints.times(Failpoint.SEED_BEGIN_MARKING); times > 0; times--) {
          marks.begin(seed.oid(), seed.seed());
        }
      }
      if (state.at(state.seed(), SeedStage.SEEDED) && readies.due(seed)) {
        for (int times = Failpoints.times(Failpoint.SEED_READY_MARKING); times > 0; times--) {
          marks.ready(seed.oid(), seed.seed());
        }
      }
      if (state.at(state.seed(), SeedStage.LIVE) && ends.due(seed)) {
        marks.ready(seed.oid(), seed.seed());
      }
    }
  }

  private Connection connection() throws SQLException {
    if (catalog.isEmpty()) {
      Connection opened = session.open();
      opened.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      catalog = Optional.of(opened);
    }
    return catalog.get();
  }

  private void disconnect() {
    if (catalog.isEmpty()) {
      return;
    }
    try {
      catalog.get().close();
    } catch (SQLException e) {
      LOG.debug("closing the catalog connection", e);
    }
    catalog = Optional.empty();
  }

  /** Lets go of snapshots and connections; what was being copied is planned anew by the next. */
  @Override
  public void close() {
    copies.close();
    disconnect();
  }
}
