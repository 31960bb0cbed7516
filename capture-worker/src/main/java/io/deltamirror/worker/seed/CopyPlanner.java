package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableProgress.CopyProgress;
import io.deltamirror.core.state.TableState;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Cuts tables into the parts in which they are copied, and moves them to COPYING. */
final class CopyPlanner {
  private static final long OPEN_ENDED = -1;

  private final MirrorState mirror;
  private final TypeOptions types;
  private final Clock clock;

  CopyPlanner(MirrorState mirror, TypeOptions types, Clock clock) {
    this.mirror = mirror;
    this.types = types;
    this.clock = clock;
  }

  /**
   * Plans tables under a snapshot. One that it does not show as fit to be mirrored fails; one whose
   * seed has moved on meanwhile is left alone.
   *
   * @param tables seen at SPOOLING
   * @param planned takes the tasks of each table that is copied from now on
   */
  void plan(HeldSnapshot snapshot, List<TableState> tables, Consumer<List<CopyTask>> planned) {
    Map<Long, SourceTable> seen = tables(snapshot);
    for (TableState table : tables) {
      planned.accept(plan(snapshot, table, Optional.ofNullable(seen.get(table.oid()))));
    }
  }

  private Map<Long, SourceTable> tables(HeldSnapshot snapshot) {
    try {
      return snapshot.tables(types).stream()
          .collect(Collectors.toMap(table -> table.schema().oid(), Function.identity()));
    } catch (SQLException e) {
      throw SourceErrors.of("cannot read the catalog under the snapshot", e);
    }
  }

  private List<CopyTask> plan(
      HeldSnapshot snapshot, TableState table, Optional<SourceTable> shown) {
    Instant now = clock.instant();
    Optional<Fault> fault =
        shown.isEmpty()
            ? Optional.of(new Fault(ErrorCode.TABLE_DOES_NOT_EXIST, table.name() + " is gone", now))
            : TableRules.refusal(shown.get(), now)
                .or(() -> TableRules.unreadable(shown.get(), now))
                .or(() -> forgedFloor(snapshot, table, now));
    if (fault.isPresent()) {
      change(
          table,
          present ->
              present.at(table.seed(), SeedStage.SPOOLING) ? present.fail(fault.get()) : present);
      return List.of();
    }
    // Before the state: whoever sees COPYING finds its parts.
    List<CopyPart> parts = parts(snapshot, table, shown.get());
    replaceParts(table, parts);
    startProgress(table.oid(), parts);
    Failpoints.reach(Failpoint.SEED_PARTS_STORED);
    TableState copying =
        change(table, present -> copying(present, table.seed(), shown.get(), snapshot));
    Failpoints.reach(Failpoint.SEED_COPYING_RECORDED);
    if (!copying.copies(table.seed(), snapshot.contents().lsn())) {
      return List.of();
    }
    return parts.stream()
        .map(
            part ->
                new CopyTask(
                    mirror.mirror(),
                    part.oid(),
                    part.seed(),
                    part.part(),
                    snapshot.name(),
                    part.snapshot()))
        .toList();
  }

  private TableState copying(
      TableState present, int seed, SourceTable shown, HeldSnapshot snapshot) {
    TableState copying =
        present.copying(
            seed, present.shapes().carried(shown.schema()), snapshot.contents(), clock.instant());
    return copying.at(seed, SeedStage.COPYING)
        // What happens to the rows from here on without a trace in the WAL is not in the copy.
        ? copying.with(copying.shapes().at(place(copying.shapes().storage(), shown)))
        : copying;
  }

  /**
   * Where types have changed since the seed was begun, the earlier ones are kept, so that another
   * seed follows: a transaction that is open across the snapshot may have written rows before that
   * change, which come through the WAL as they were printed then.
   */
  private static RowStorage place(RowStorage before, SourceTable shown) {
    RowStorage place = shown.placeOfCopy(before);
    return shown.printedOtherwiseSince(before).isPresent() ? place.withTypesOf(before) : place;
  }

  /**
   * The floor comes through the hub: one beyond the WAL that the snapshot saw is none that the
   * worker sent, and the table would take all changes up to it for copied.
   */
  private Optional<Fault> forgedFloor(HeldSnapshot snapshot, TableState table, Instant now) {
    long generation = mirror.identity().map(SourceIdentity::generation).orElse(0L);
    return table
        .floor()
        .filter(floor -> floor.generation() == generation)
        .filter(floor -> Long.compareUnsigned(floor.commitLsn(), snapshot.contents().lsn()) > 0)
        .map(
            floor ->
                new Fault(
                    ErrorCode.MALFORMED_EVENT,
                    "the floor of its seed, " + floor + ", is beyond its snapshot",
                    now));
  }

  /** One part is the whole table. */
  private static List<CopyPart> parts(HeldSnapshot snapshot, TableState table, SourceTable shown) {
    return List.of(
        new CopyPart(
            table.oid(),
            table.seed(),
            snapshot.contents().lsn(),
            0,
            1,
            0,
            OPEN_ENDED,
            shown.filenode(),
            shown.rows(),
            false,
            0,
            List.of()));
  }

  /** What an earlier attempt had counted does not count any more. */
  private void startProgress(long oid, List<CopyPart> parts) {
    long expected = parts.stream().mapToLong(CopyPart::rowsExpected).sum();
    mirror
        .progress()
        .change(
            TableProgress.document(oid),
            present ->
                Optional.of(
                    present
                        .orElseGet(() -> TableProgress.none(oid))
                        .copying(new CopyProgress(parts.size(), 0, 0, expected))));
  }

  /** What was done under an earlier snapshot does not count. */
  private void replaceParts(TableState table, List<CopyPart> parts) {
    for (CopyPart old : mirror.parts().list(CopyPart.prefix(table.oid(), table.seed()))) {
      if (old.part() >= parts.size()) {
        mirror.parts().delete(CopyPart.document(old.oid(), old.seed(), old.part()));
      }
    }
    for (CopyPart part : parts) {
      mirror.parts().put(CopyPart.document(part.oid(), part.seed(), part.part()), part);
    }
  }

  private TableState change(TableState table, UnaryOperator<TableState> step) {
    return mirror.tables().update(TableState.document(table.oid()), step).orElse(table);
  }
}
