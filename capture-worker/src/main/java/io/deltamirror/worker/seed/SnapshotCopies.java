package io.deltamirror.worker.seed;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes spooling tables through their copy: groups of them, each under a snapshot that is held
 * until none of its tables is copied any more. A table that is copied under a snapshot which this
 * object does not hold (lost, or another process's) goes back and is planned anew. Not thread-safe.
 */
final class SnapshotCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCopies.class);

  /** Each is a connection to the source and holds back its vacuum. */
  private static final int MAX_SNAPSHOTS = 2;

  private final SourceSession session;
  private final MirrorState mirror;
  private final CopyTaskSender sender;
  private final Clock clock;
  private final SeedQueue queue;
  private final CopyPlanner planner;
  private final List<CopyGroup> groups = new ArrayList<>();

  SnapshotCopies(
      SourceSession session,
      MirrorState mirror,
      TypeOptions types,
      CopyTaskSender sender,
      Clock clock) {
    this.session = session;
    this.mirror = mirror;
    this.sender = sender;
    this.clock = clock;
    this.queue = new SeedQueue(clock);
    this.planner = new CopyPlanner(mirror, types, clock);
  }

  /**
   * One step, without waiting for anything.
   *
   * @param states of all tables, read after the last step
   * @throws io.deltamirror.core.MirrorException when something shared does not answer; call again
   */
  void step(Connection catalog, List<TableState> states) throws SQLException {
    release(states);
    states.stream()
        .filter(state -> state.at(state.seed(), SeedStage.COPYING))
        .filter(state -> groups.stream().noneMatch(group -> group.copies(state)))
        .forEach(this::copyAgain);
    List<TableState> ready = queue.next(states, new OpenTransactions(catalog));
    if (!ready.isEmpty() && groups.size() < MAX_SNAPSHOTS) {
      begin(ready);
    }
    for (CopyGroup group : groups) {
      group.send(copying(group, states), sender);
    }
  }

  private void release(List<TableState> states) {
    for (CopyGroup group : List.copyOf(groups)) {
      boolean alive = group.snapshot().alive();
      if (!alive || states.stream().noneMatch(group::copies)) {
        LOG.info("snapshot {} {}", group.snapshot().name(), alive ? "released" : "lost");
        group.close();
        groups.remove(group);
      }
    }
  }

  private void copyAgain(TableState table) {
    mirror
        .tables()
        .update(
            TableState.document(table.oid()),
            present ->
                present.snapshot().equals(table.snapshot())
                    ? present.copyAgain(
                        table.seed(),
                        "the connection that held its snapshot has ended",
                        clock.instant())
                    : present);
  }

  private void begin(List<TableState> ready) {
    CopyGroup group = new CopyGroup(HeldSnapshot.take(session), mirror, clock);
    // At once: should planning fail half-way, what is planned by then goes on.
    groups.add(group);
    Failpoints.reach(Failpoint.SEED_SNAPSHOT_EXPORTED);
    planner.plan(group.snapshot(), ready, group::add);
    LOG.info("copying {} table(s) under snapshot {}", ready.size(), group.snapshot().name());
  }

  private static Set<SeedId> copying(CopyGroup group, List<TableState> states) {
    return states.stream().filter(group::copies).map(SeedId::of).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    groups.forEach(CopyGroup::close);
    groups.clear();
  }
}
