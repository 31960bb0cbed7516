package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.schema.UnfitValueException;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.stream.ShapeStep.Anew;
import io.deltamirror.worker.stream.ShapeStep.Onward;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the stream shows with the table states of the mirror's store and the source's
 * catalog. For one thread, but for {@link #decided} and {@link #close}.
 *
 * <p>A seed that follows is always right, only dear. So a table goes on without one only where that
 * is certainly right too: {@link ShapeDecision} says so, or its changes are in the copy of the
 * present seed, whatever shape they have.
 */
final class RegisteredShapes implements TableShapes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegisteredShapes.class);

  private final MirrorState state;
  private final LiveCatalog catalog;
  private final DecidedShapes decided;
  private final Clock clock;

  RegisteredShapes(MirrorState state, SourceSession sessions, Clock clock) {
    TypeOptions types = state.definition().map(MirrorDefinition::types).orElse(TypeOptions.DEFAULT);
    this.state = state;
    this.catalog = new LiveCatalog(sessions, types);
    this.decided = new DecidedShapes(state, clock);
    this.clock = clock;
  }

  /** What is to be told of every offset that is stored. */
  DecidedShapes decided() {
    return decided;
  }

  @Override
  public TableShape of(Relation relation, Set<Long> partitions, Transaction in, Position before) {
    Optional<TableState> registered = present(relation.oid());
    if (registered.isEmpty()) {
      return TableShape.ignored();
    }
    TableState table = registered.get();
    if (table.status() == TableStatus.FAILED) {
      return TableShape.withheld();
    }
    TableSchema schema = decided.shape(table);
    if (table.stage() == SeedStage.REQUESTED) {
      return asShown(relation, table, Optional.of(in));
    }
    if (isCopied(table, in)) {
      return asShown(relation, schema);
    }
    Optional<TableShape> unchanged = unchanged(relation, partitions, table, in);
    if (unchanged.isPresent()) {
      return unchanged.get();
    }
    Optional<SourceTable> found = catalog.table(relation.oid(), in);
    if (found.isEmpty()) {
      LOG.info("{} is no longer on the source: its last changes are left out", table.name());
      return TableShape.withheld();
    }
    Optional<Fault> refusal = TableRules.refusal(found.get(), clock.instant());
    if (refusal.isPresent()) {
      fail(relation.oid(), refusal.get());
      return TableShape.withheld();
    }
    ShapeDecision decision = new ShapeDecision(schema, table.shapes(), found.get());
    ShapeStep step =
        untold(found.get(), partitions, table)
            .<ShapeStep>map(Anew::new)
            .orElseGet(() -> decision.at(relation));
    record(table, found.get(), partitions);
    if (step instanceof Onward onward && mayGoOn(table, onward, decision)) {
      goOn(table, onward, before);
      return TableShape.sent(new RowCodec(onward.schema()));
    }
    String why = step instanceof Anew anew ? anew.why() : "it came before the copy";
    TableState anew = reseed(table, decision.present(), why, before);
    return asShown(relation, decision.present()).reseeded(anew.seed());
  }

  /**
   * A shape that is the registered one, by what is remembered of the catalog. Whatever else it says
   * is asked again: another place of the rows, say, may have been recorded since.
   */
  private Optional<TableShape> unchanged(
      Relation relation, Set<Long> partitions, TableState table, Transaction in) {
    Optional<SourceTable> known =
        catalog
            .remembered(relation.oid(), in)
            .filter(seen -> TableRules.refusal(seen, clock.instant()).isEmpty())
            .filter(seen -> untold(seen, partitions, table).isEmpty());
    Optional<TableShape> unchanged =
        known
            .map(seen -> new ShapeDecision(decided.shape(table), table.shapes(), seen))
            .flatMap(decision -> unchanged(relation, table, decision));
    if (unchanged.isPresent()) {
      record(table, known.get(), partitions);
    }
    return unchanged;
  }

  private Optional<TableShape> unchanged(
      Relation relation, TableState table, ShapeDecision decision) {
    return decision.at(relation) instanceof Onward onward
            && onward.differences().isEmpty()
            && mayGoOn(table, onward, decision)
        ? Optional.of(TableShape.sent(new RowCodec(onward.schema())))
        : Optional.empty();
  }

  /**
   * Without a snapshot yet the copy has whatever came before a partition's end, and not its rows.
   */
  private static Optional<String> untold(
      SourceTable found, Set<Long> partitions, TableState table) {
    return found
        .untold(partitions, table.shapes().storage())
        .filter(why -> table.snapshot().isPresent());
  }

  /** Before their rows are sent, so that whoever looks later knows that they were there. */
  private void record(TableState table, SourceTable found, Set<Long> partitions) {
    UnaryOperator<TableState> more =
        present ->
            present.with(
                present.shapes().at(found.placeWith(present.shapes().storage(), partitions)));
    if (!more.apply(table).equals(table)) {
      update(
          table.oid(), present -> present.seed() == table.seed() ? more.apply(present) : present);
    }
  }

  /** A table that takes part in the mirror. */
  private Optional<TableState> present(long oid) {
    return state
        .table(oid)
        .filter(table -> table.seed() > 0 && table.status() != TableStatus.STOPPED);
  }

  /** Whether the present seed's copy has the transaction, or will have it. */
  private static boolean isCopied(TableState table, Transaction in) {
    return table.stage() == SeedStage.REQUESTED
        || table
            .snapshot()
            .filter(snapshot -> snapshot.contains(in.commitLsn(), in.xid()))
            .isPresent();
  }

  /**
   * As long as there is no snapshot, it is open which shape the copy will have: only one that did
   * not change at all is certain.
   */
  private boolean mayGoOn(TableState table, Onward onward, ShapeDecision decision) {
    return table.snapshot().isPresent() || (onward.differences().isEmpty() && !decision.movedOn());
  }

  private void goOn(TableState table, Onward onward, Position before) {
    if (onward.differences().isEmpty()) {
      return;
    }
    TableSchema from = decided.shape(table);
    ShapeChange change =
        new ShapeChange(
            before,
            clock.instant(),
            onward.differences(),
            from.inWords(),
            onward.schema().inWords(),
            0);
    LOG.info("{} behind {}: {}", table.name(), before, onward.differences());
    decided.add(table, onward.schema(), change);
    Failpoints.reach(Failpoint.STREAM_SHAPE_DECIDED);
  }

  private TableState reseed(TableState table, TableSchema present, String why, Position before) {
    return reseed(
        table,
        present,
        UnaryOperator.identity(),
        "the table's shape changed: " + why,
        ShapeChange.copied(
            decided.shape(table), present, why, before, clock.instant(), table.seed() + 1));
  }

  private TableState reseed(
      TableState table,
      TableSchema shape,
      UnaryOperator<ShapeHistory> more,
      String reason,
      ShapeChange change) {
    TableState anew =
        update(
            table.oid(),
            present ->
                present.seed() == table.seed()
                    ? present
                        .with(more.apply(present.shapes()).with(change))
                        .reseed(shape, reason, clock.instant())
                    : present);
    LOG.info("{}: {}, seed {} begins", shape.name(), reason, anew.seed());
    Failpoints.reach(Failpoint.STREAM_SHAPE_DECIDED);
    return anew;
  }

  private TableState update(long oid, UnaryOperator<TableState> change) {
    return state
        .tables()
        .update(TableState.document(oid), change)
        .orElseThrow(() -> new MirrorException(ErrorCode.MIRROR_CONFLICT, "its state is gone"));
  }

  /** In the stream's own shape: the copy has these changes, so nobody will look into their rows. */
  private static TableShape asShown(Relation relation, TableSchema nearest) {
    try {
      return TableShape.sent(new RowCodec(RelationShape.schema(relation, nearest)));
    } catch (MirrorException e) {
      return TableShape.ignored(); // of a type that is not mirrored
    }
  }

  @Override
  public Optional<TableShape> atSeed(
      long oid, int seed, Optional<Relation> relation, Optional<Transaction> in) {
    return present(oid)
        .filter(table -> table.seed() == seed)
        .map(
            table ->
                relation.map(shown -> asShown(shown, table, in)).orElseGet(TableShape::ignored));
  }

  /**
   * Of a table whose copy is still to come, and has whatever has another shape. The state's shape
   * may be older than the stream's here; the catalog's is not, so that columns that stay have the
   * attnums that the copy finds.
   */
  private TableShape asShown(Relation relation, TableState table, Optional<Transaction> in) {
    return catalog
        .table(relation.oid(), in)
        .map(found -> asShown(relation, table.shapes().carried(found.schema())))
        .orElseGet(TableShape::ignored);
  }

  private static TableShape atSeed(Optional<Relation> relation, TableSchema shape) {
    return relation.map(shown -> asShown(shown, shape)).orElseGet(TableShape::ignored);
  }

  @Override
  public Optional<TableShape> inCatalog(
      SourceTable found, long lsn, Position before, Optional<Relation> relation) {
    Optional<TableState> live =
        present(found.schema().oid())
            .filter(table -> table.at(table.seed(), SeedStage.LIVE))
            .filter(table -> copiedBefore(table, lsn));
    if (live.isEmpty()) {
      return Optional.empty();
    }
    TableState table = live.get();
    ShapeDecision decision = new ShapeDecision(decided.shape(table), table.shapes(), found);
    ShapeStep step = decision.toPresent();
    if (step instanceof Anew anew) {
      TableState next = reseed(table, decision.present(), anew.why(), before);
      return Optional.of(atSeed(relation, decision.present()).reseeded(next.seed()));
    }
    Onward onward = (Onward) step;
    if (onward.differences().isEmpty()) {
      return Optional.empty();
    }
    goOn(table, onward, before);
    return Optional.of(TableShape.sent(new RowCodec(onward.schema())));
  }

  private static boolean copiedBefore(TableState table, long lsn) {
    return table
        .snapshot()
        .filter(snapshot -> Long.compareUnsigned(snapshot.lsn(), lsn) < 0)
        .isPresent();
  }

  @Override
  public Optional<TableShape> unfit(
      TableSchema sent, Position at, Transaction in, UnfitValueException why) {
    Optional<TableState> found = present(sent.oid());
    if (found.isEmpty()) {
      return Optional.of(TableShape.ignored());
    }
    TableState table = found.get();
    if (table.status() == TableStatus.FAILED) {
      return Optional.of(TableShape.withheld());
    }
    if (isCovered(table, at, in)) {
      return Optional.empty();
    }
    Column column =
        sent.columns().stream()
            .filter(each -> each.attnum() == why.attnum())
            .findFirst()
            .orElseThrow(() -> why);
    ShapeHistory history = table.shapes().withText(why.attnum());
    TableSchema before = decided.shape(table);
    TableSchema after = history.carried(before);
    String what =
        "column %s holds a value that %s cannot: it is carried as text"
            .formatted(column.name(), column.carriedAs());
    ShapeChange change =
        new ShapeChange(
            new Position(at.generation(), at.commitLsn(), at.ordinal() - 1),
            clock.instant(),
            List.of(what),
            before.inWords(),
            after.inWords(),
            table.seed() + 1);
    TableState anew = reseed(table, after, present -> present.withText(why.attnum()), what, change);
    return Optional.of(TableShape.sent(new RowCodec(history.carried(sent))).reseeded(anew.seed()));
  }

  @Override
  public Optional<TableShape> partial(Relation relation, Position at, Transaction in) {
    Optional<TableState> found = present(relation.oid());
    if (found.isEmpty()) {
      return Optional.of(TableShape.ignored());
    }
    TableState table = found.get();
    if (table.status() == TableStatus.FAILED) {
      return Optional.of(TableShape.withheld());
    }
    if (isCovered(table, at, in)) {
      return Optional.empty();
    }
    // The copy looks at the identity again, and refuses what cannot be mirrored.
    TableSchema next =
        catalog
            .table(relation.oid(), in)
            .map(source -> new ShapeDecision(decided.shape(table), table.shapes(), source))
            .map(ShapeDecision::present)
            .orElseGet(() -> decided.shape(table));
    Position before = new Position(at.generation(), at.commitLsn(), at.ordinal() - 1);
    TableState anew =
        reseed(table, next, "an old row had only what its partition's identity has", before);
    return Optional.of(asShown(relation, next).reseeded(anew.seed()));
  }

  /** Whether the present seed's copy has a change anyway, or will have it. */
  private static boolean isCovered(TableState table, Position at, Transaction in) {
    return isCopied(table, in) || table.floor().filter(f -> !at.isAfter(f)).isPresent();
  }

  @Override
  public boolean failed(long oid, Position at, Transaction in, MirrorException why) {
    if (state.table(oid).filter(table -> isCovered(table, at, in)).isPresent()) {
      return false;
    }
    fail(oid, new Fault(why.code(), why.getMessage(), clock.instant()));
    return true;
  }

  private void fail(long oid, Fault fault) {
    LOG.warn("table {} fails: {} {}", oid, fault.code(), fault.message());
    state.tables().update(TableState.document(oid), table -> table.fail(fault));
  }

  @Override
  public void close() {
    catalog.close();
  }
}
