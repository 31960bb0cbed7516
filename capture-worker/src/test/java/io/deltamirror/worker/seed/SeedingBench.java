package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.lease.Tenures;
import io.deltamirror.worker.stream.SeedMarks;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * One mirror's seeding, step by step, with everything around it recorded; plays the functions' part
 * in a seed.
 */
final class SeedingBench implements AutoCloseable {
  final SourceSession session;
  final MirrorStore store;
  final MirrorState mirror;
  final SettableClock clock = new SettableClock();
  final List<SeedId> begun = new ArrayList<>();
  final List<SeedId> ready = new ArrayList<>();
  final List<SourceTable> reshaped = new ArrayList<>();
  final List<Long> dropped = new ArrayList<>();
  final List<CopyTask> tasks = new ArrayList<>();
  boolean hubAnswers = true;
  final MarkingHub hub;
  private TableSeeds seeds;

  SeedingBench(SourceSession session, Path folder) {
    this.session = session;
    this.store = new SqliteMirrorStore(folder.resolve("state.db"));
    this.mirror = new MirrorState(store, session.source().database());
    this.hub = new MarkingHub(mirror);
    establish();
    restart();
  }

  /** As at a worker's start. */
  SourceIdentity establish() {
    return establish(new CountDownLatch(1));
  }

  /** As at the start of a worker that the latch tells to stop. */
  SourceIdentity establish(CountDownLatch stop) {
    Duration brief = Duration.ofMillis(300);
    return new MirrorGeneration(session, Tenures.begin(mirror, stop), hub, brief, clock)
        .establish();
  }

  /** As after a crash: nothing but store and source remains. */
  void restart() {
    if (seeds != null) {
      seeds.close();
    }
    SeedMarks marks =
        new SeedMarks() {
          @Override
          public void begin(long oid, int seed) {
            begun.add(new SeedId(oid, seed));
          }

          @Override
          public void ready(long oid, int seed) {
            ready.add(new SeedId(oid, seed));
          }

          @Override
          public void reshape(SourceTable table, long lsn) {
            reshaped.add(table);
          }

          @Override
          public void drop(long oid) {
            dropped.add(oid);
          }
        };
    seeds =
        new TableSeeds(
            session,
            mirror,
            new TablePatterns(List.of("public.*")),
            TypeOptions.DEFAULT,
            marks,
            this::send,
            clock);
  }

  private void send(CopyTask task) {
    if (!hubAnswers) {
      throw new MirrorException(ErrorCode.HUB_UNAVAILABLE, "no");
    }
    tasks.add(task);
  }

  void step() throws SQLException {
    seeds.step();
  }

  /** A step after some time, so that it looks at the catalog too. */
  void stepAfter(Duration pause) throws SQLException {
    clock.advance(pause);
    step();
  }

  void discover() throws SQLException {
    stepAfter(Duration.ofSeconds(6));
  }

  /** The one table of that name that was found last. */
  TableState table(String name) {
    return mirror.tables().list(TableState.PREFIX).stream()
        .filter(state -> state.name().name().equals(name))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** ApplyChanges has seen SeedBegin. */
  void spool(String name) {
    change(name, t -> t.spooling(t.seed(), new Position(1, 2, 3), clock.instant()));
  }

  /** Someone has sent a SeedBegin with a floor of their own making, in the present generation. */
  void spoolFrom(String name, long commitLsn) {
    mirror
        .identities()
        .put(
            SourceIdentity.DOCUMENT,
            new SourceIdentity("1", 1, "slot", 4, Optional.empty(), 1, Optional.empty()));
    change(name, t -> t.spooling(t.seed(), new Position(1, commitLsn, 3), clock.instant()));
  }

  /** CopyTable has committed the rows. */
  void seed(String name) {
    change(name, t -> t.seeded(t.seed(), t.snapshot().orElseThrow().lsn(), clock.instant()));
  }

  /** ApplyChanges has seen SeedReady. */
  void goLive(String name) {
    change(name, t -> t.live(t.seed(), clock.instant()));
  }

  /** Through a whole seed. */
  void mirrorWhole(String name) throws SQLException {
    discover();
    spool(name);
    step();
    stepAfter(Duration.ofSeconds(4));
    seed(name);
    goLive(name);
    step();
  }

  void change(String name, UnaryOperator<TableState> step) {
    mirror.tables().update(TableState.document(table(name).oid()), step);
  }

  CopyPart part(String name) {
    TableState table = table(name);
    return mirror.parts().get(CopyPart.document(table.oid(), table.seed(), 0)).orElseThrow();
  }

  @Override
  public void close() {
    seeds.close();
    store.close();
  }
}
