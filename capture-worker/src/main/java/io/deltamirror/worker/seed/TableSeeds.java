package io.deltamirror.worker.seed;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.worker.stream.SeedMarks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings tables into the mirror and through their seeds: the worker's part of the protocol in
 * docs/architecture.md, as a loop that compares what is with what should be. It keeps nothing that
 * it could not find again: after a crash the next one goes on from the store and the source.
 *
 * <p>Only the worker that owns the mirror may run one, since a second one would give up the first
 * one's snapshots. It uses one connection to the source, and one more for each snapshot (two at
 * most). Faults are logged and tried again for as long as it runs. Thread-safe.
 */
public final class TableSeeds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TableSeeds.class);
  private static final Duration BUSY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration REPEAT_MARKS = Duration.ofSeconds(10);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** Longer than any statement here takes; a dead connection must not stop the loop for ever. */
  private static final int NETWORK_TIMEOUT_MILLIS = 120_000;

  private final SourceSession session;
  private final MirrorState mirror;
  private final SeedMarks marks;
  private final TableDiscovery discovery;
  private final SnapshotCopies copies;
  private final Cadence<String> discoveries;
  private final Cadence<SeedId> begins;
  private final Cadence<SeedId> readies;
  private final Semaphore wakeUps = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "table-seeds");
  private volatile boolean closed;
  private volatile Optional<Connection> catalog = Optional.empty();
  private volatile Optional<Fault> fault = Optional.empty();
  private final Clock clock;

  /**
   * @param mirror whose publications and slot are there ({@link MirrorGeneration})
   * @param chosen which tables take part
   * @param marks puts a seed's marks into the stream
   * @param sender takes the copy tasks
   */
  public TableSeeds(
      SourceSession session,
      MirrorState mirror,
      TablePatterns chosen,
      SeedMarks marks,
      CopyTaskSender sender,
      Clock clock) {
    this.session = session;
    this.mirror = mirror;
    this.marks = marks;
    this.clock = clock;
    this.discovery = new TableDiscovery(mirror, chosen, clock);
    this.copies = new SnapshotCopies(session, mirror, sender, clock);
    this.discoveries = new Cadence<>(IDLE, clock);
    this.begins = new Cadence<>(REPEAT_MARKS, clock);
    this.readies = new Cadence<>(REPEAT_MARKS, clock);
    thread.setDaemon(true);
  }

  /** Starts the loop; once. */
  public void start() {
    thread.start();
  }

  /** Says that a table's state may have changed: the loop looks at once. */
  public void wake() {
    wakeUps.release();
  }

  /** Why the last step failed; empty when it did not. */
  public Optional<Fault> fault() {
    return fault;
  }

  private void run() {
    Duration backOff = BUSY;
    try {
      while (!closed) {
        Duration pause = IDLE;
        try {
          pause = step() ? BUSY : IDLE;
          fault = Optional.empty();
          backOff = BUSY;
        } catch (SQLException | RuntimeException e) {
          if (!closed) {
            pause = backOff;
            failed(e, pause);
            backOff = min(backOff.multipliedBy(2), LONGEST_BACK_OFF);
          }
        }
        if (!closed && wakeUps.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          wakeUps.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      copies.close();
      disconnect();
    }
  }

  /**
   * @return whether something is under way
   */
  private boolean step() throws SQLException {
    Connection connection = connection();
    if (discoveries.due("")) {
      discovery.run(connection);
    }
    List<TableState> states = mirror.tables().list(TableState.PREFIX);
    mark(states);
    copies.step(connection, states);
    return states.stream()
        .anyMatch(state -> state.status() != TableStatus.FAILED && state.stage() != SeedStage.LIVE);
  }

  private void mark(List<TableState> states) {
    Set<SeedId> seeds = states.stream().map(SeedId::of).collect(Collectors.toSet());
    begins.retain(seeds);
    readies.retain(seeds);
    for (TableState state : states) {
      SeedId seed = SeedId.of(state);
      boolean toBegin =
          state.at(state.seed(), SeedStage.REQUESTED) && discovery.published(state.oid());
      if (toBegin && begins.due(seed)) {
        marks.begin(seed.oid(), seed.seed());
      }
      if (state.at(state.seed(), SeedStage.SEEDED) && readies.due(seed)) {
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

  private void failed(Exception e, Duration pause) {
    MirrorException known =
        e instanceof SQLException sql ? SourceErrors.of("seeding tables", sql) : null;
    fault = Optional.of(Fault.of(known == null ? e : known, clock.instant()));
    log.warn("seeding tables, again in {} s", pause.toSeconds(), e);
    disconnect();
  }

  private void disconnect() {
    catalog.ifPresent(
        connection -> {
          try {
            connection.close();
          } catch (SQLException e) {
            log.debug("closing the catalog connection", e);
          }
        });
    catalog = Optional.empty();
  }

  /**
   * Ends the loop and lets go of snapshots and connections. What is copied is planned anew later.
   */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(BUSY.toMillis());
      if (thread.isAlive()) {
        abort();
        thread.join(CLOSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A statement that waits for the source does not hear an interrupt. */
  private void abort() {
    catalog.ifPresent(
        connection -> {
          try {
            connection.abort(Runnable::run);
          } catch (SQLException e) {
            log.debug("aborting the catalog connection", e);
          }
        });
    thread.interrupt();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
