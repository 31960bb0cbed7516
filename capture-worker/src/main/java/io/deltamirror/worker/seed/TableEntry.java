package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Documents;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes into the tables' states who takes part in the mirror and who cannot. Faults of other
 * origin, such as a value that cannot be held, are left for people to clear. Thread-safe.
 */
final class TableEntry {
  /** What discovery finds, and finds to be gone. */
  private static final Set<ErrorCode> OURS =
      Set.of(
          ErrorCode.TABLE_DOES_NOT_EXIST,
          ErrorCode.NOT_REGULAR_TABLE,
          ErrorCode.NO_PRIMARY_KEY, // of an earlier version
          ErrorCode.SOURCE_PUBLICATION,
          ErrorCode.SOURCE_ROLE);

  /** How long the state of a table that was dropped can be read. */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final MirrorState mirror;
  private final Documents<TableState> tables;
  private final Clock clock;

  TableEntry(MirrorState mirror, Clock clock) {
    this.mirror = mirror;
    this.tables = mirror.tables();
    this.clock = clock;
  }

  /**
   * A table that is not published as it should be: its changes are missed until it is. Said before
   * it is published, for an end of the process in between would otherwise forget it. One that has
   * failed stays so, but goes on with a seed.
   */
  void missed(Sighting seen, String why) {
    tables.update(
        TableState.document(seen.oid()),
        state -> {
          if (state.seed() == 0 || state.stage() == SeedStage.REQUESTED || accepts(state)) {
            return state;
          }
          TableState next = reseed(state, seen, why);
          return state.status() == TableStatus.FAILED
              ? next.fail(state.fault().orElseThrow())
              : next;
        });
  }

  /**
   * A table that can be mirrored and is published.
   *
   * @param before its state a moment ago
   * @return whether it is live in another shape, and certainly needs no seed on its rows' account
   */
  boolean accept(Sighting seen, Optional<TableState> before) {
    Optional<TableState> state = before;
    if (before.isEmpty() || !accepted(before.get(), seen).equals(before.get())) {
      state =
          tables.change(
              TableState.document(seen.oid()),
              stored ->
                  Optional.of(
                      stored
                          .map(
                              present ->
                                  samePlace(present, before) ? accepted(present, seen) : present)
                          .orElseGet(() -> joined(seen))));
    }
    return state.filter(TableEntry::live).filter(live -> outgrown(live, seen.table())).isPresent();
  }

  /** Whether the stream has not recorded another place since, which was not seen here yet. */
  private static boolean samePlace(TableState present, Optional<TableState> before) {
    return before
        .filter(state -> state.shapes().storage().equals(present.shapes().storage()))
        .isPresent();
  }

  private TableState joined(Sighting seen) {
    SourceTable table = seen.table();
    ShapeHistory history = withTypes(ShapeHistory.NONE.noting(table.notes()), table);
    return TableState.initial(table.schema(), "it joined the mirror", clock.instant())
        .with(seen.replaced().map(old -> history.with(replaced(old, seen))).orElse(history));
  }

  private ShapeChange replaced(TableState old, Sighting seen) {
    return new ShapeChange(
        seen.at(),
        clock.instant(),
        List.of("the table " + old.name() + " was dropped and made anew"),
        old.schema().map(TableSchema::inWords).orElse(""),
        seen.table().schema().inWords(),
        1);
  }

  private TableState accepted(TableState before, Sighting seen) {
    SourceTable table = seen.table();
    TableState state =
        before.shapes().notes().equals(table.notes())
            ? before
            : before.with(before.shapes().noting(table.notes()));
    if (accepts(state)) {
      return reseed(
          state,
          seen,
          state.status() == TableStatus.FAILED
              ? "it can be mirrored now"
              : "it is on the source again");
    }
    if (!live(state)) {
      boolean begins =
          state.at(state.seed(), SeedStage.REQUESTED) && !state.shapes().storage().knowsTypes();
      return begins ? state.with(withTypes(state.shapes(), table)) : state;
    }
    if (!state.name().equals(table.schema().name())) {
      return reseed(
          state, seen, "it was renamed from " + state.name() + " to " + table.schema().name());
    }
    Optional<String> rewritten = table.rewrittenSince(state.shapes().storage());
    if (rewritten.isPresent()) {
      return reseedRecorded(state, seen, rewritten.get());
    }
    RowStorage storage = state.shapes().storage();
    if (outgrown(state, table)) {
      // How the new columns are printed from here on; the place of the rows waits for their shape.
      return storage.equals(RowStorage.UNKNOWN) || storage.types().equals(table.storage().types())
          ? state
          : state.with(withTypes(state.shapes(), table));
    }
    return storage.equals(table.storage()) ? state : state.with(state.shapes().at(table.storage()));
  }

  /**
   * With the types as they are now. Before a seed: a row that a transaction writes now may come
   * through the WAL although the snapshot is of later, when the types have changed.
   */
  private static ShapeHistory withTypes(ShapeHistory history, SourceTable table) {
    return history.at(history.storage().withTypesOf(table.storage()));
  }

  /** Whether nothing but discovery brings it back. */
  private static boolean accepts(TableState state) {
    return state.status() == TableStatus.STOPPED
        || (state.status() == TableStatus.FAILED
            && (state.seed() == 0
                || state.fault().filter(fault -> OURS.contains(fault.code())).isPresent()));
  }

  private static boolean live(TableState state) {
    return state.at(state.seed(), SeedStage.LIVE);
  }

  /**
   * Whether its registered shape is another one. The stream tells that only with the next change of
   * the table, if there is one, and never that a column made way for another one of the same name.
   */
  private static boolean outgrown(TableState state, SourceTable table) {
    return !state.schema().equals(Optional.of(state.shapes().carried(table.schema())));
  }

  private TableState reseed(TableState state, Sighting seen, String why) {
    return state
        .with(withTypes(state.shapes(), seen.table()))
        .reseed(carried(state, seen), why, seen.at(), clock.instant());
  }

  private TableState reseedRecorded(TableState state, Sighting seen, String why) {
    return state
        .with(withTypes(state.shapes(), seen.table()))
        .reseedRecorded(carried(state, seen), why, seen.at(), clock.instant());
  }

  private static TableSchema carried(TableState state, Sighting seen) {
    return state.shapes().carried(seen.table().schema());
  }

  /** A table that cannot be mirrored as it is. */
  void refuse(SourceTable table, Fault fault) {
    tables.change(
        TableState.document(table.schema().oid()),
        present ->
            Optional.of(
                present
                    .filter(state -> state.seed() > 0)
                    .map(state -> failed(state, fault))
                    .orElseGet(() -> unsupported(present, table, fault))));
  }

  private static TableState unsupported(
      Optional<TableState> present, SourceTable table, Fault fault) {
    TableState refused = TableState.unsupported(table.schema().oid(), table.schema().name(), fault);
    return present
        .filter(state -> sameFault(state, fault) && state.name().equals(refused.name()))
        .orElse(refused);
  }

  /**
   * A table that the source no longer has. One that never took part is forgotten at once, others
   * some time after they were stopped.
   *
   * @return whether it is to be stopped
   */
  boolean gone(TableState table) {
    if (table.seed() == 0) {
      tables.delete(TableState.document(table.oid()));
      return false;
    }
    if (table.status() != TableStatus.STOPPED) {
      return true;
    }
    if (table.since().plus(REMEMBERED).isBefore(clock.instant())) {
      mirror.progress().delete(TableProgress.document(table.oid()));
      tables.delete(TableState.document(table.oid()));
    }
    return false;
  }

  private static TableState failed(TableState state, Fault fault) {
    return sameFault(state, fault) ? state : state.fail(fault);
  }

  private static boolean sameFault(TableState state, Fault fault) {
    return state.status() == TableStatus.FAILED
        && state
            .fault()
            .filter(
                present ->
                    present.code() == fault.code() && present.message().equals(fault.message()))
            .isPresent();
  }
}
