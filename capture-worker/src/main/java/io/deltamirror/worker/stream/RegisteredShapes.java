package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.worker.pgoutput.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the stream shows with the table states of the mirror's store. For one thread.
 *
 * <p>A seed that follows is always right, only dear. So a table goes on without one only where that
 * is certainly right too: the stream shows the registered shape, or its changes are in the copy of
 * the present seed, whatever shape they have.
 */
final class RegisteredShapes implements TableShapes {
  private static final Logger LOG = LoggerFactory.getLogger(RegisteredShapes.class);

  private final MirrorState state;
  private final SourceSession sessions;
  private final Clock clock;

  RegisteredShapes(MirrorState state, SourceSession sessions, Clock clock) {
    this.state = state;
    this.sessions = sessions;
    this.clock = clock;
  }

  @Override
  public TableShape of(Relation relation, Transaction in) {
    Optional<TableState> registered = state.table(relation.oid()).filter(table -> table.seed() > 0);
    if (registered.isEmpty()) {
      return TableShape.ignored();
    }
    TableState table = registered.get();
    if (table.status() == TableStatus.FAILED) {
      return TableShape.withheld();
    }
    TableSchema schema = table.schema().orElseThrow();
    boolean matches = RelationShape.matches(relation, schema);
    if (matches && relation.identity() != ReplicaIdentity.FULL) {
      return TableShape.sent(new RowCodec(schema));
    }
    if (isCopied(table, in)) {
      return asShown(relation, schema);
    }
    return askCatalog(relation, schema, matches);
  }

  /** Whether the present seed's copy has the transaction, or will have it. */
  private static boolean isCopied(TableState table, Transaction in) {
    return table.stage() == SeedStage.REQUESTED
        || table
            .snapshot()
            .filter(snapshot -> snapshot.contains(in.commitLsn(), in.xid()))
            .isPresent();
  }

  private TableShape askCatalog(Relation relation, TableSchema registered, boolean matches) {
    Optional<SourceTable> found = readCatalog(relation.oid());
    Optional<Fault> refusal =
        found.isPresent()
            ? TableRules.refusal(found.get(), clock.instant())
            : Optional.of(
                new Fault(
                    ErrorCode.TABLE_DOES_NOT_EXIST,
                    registered.name() + " was dropped",
                    clock.instant()));
    if (refusal.isPresent()) {
      fail(relation.oid(), refusal.get());
      return TableShape.withheld();
    }
    TableSchema present = found.get().schema();
    if (matches && present.equals(registered)) {
      return TableShape.sent(new RowCodec(registered)); // FULL, and the key is still the same
    }
    return reseed(relation, present);
  }

  private TableShape reseed(Relation relation, TableSchema present) {
    String reason = "the table's shape changed";
    TableState table =
        state
            .tables()
            .update(
                TableState.document(relation.oid()),
                before -> before.reseed(present, reason, clock.instant()))
            .orElseThrow(() -> new MirrorException(ErrorCode.MIRROR_CONFLICT, "its state is gone"));
    LOG.info("{}: {}, seed {} begins", present.name(), reason, table.seed());
    return asShown(relation, present).reseeded(table.seed());
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
  public Optional<TableShape> atSeed(long oid, int seed, Optional<Relation> relation) {
    return state
        .table(oid)
        .filter(table -> table.seed() == seed)
        .map(
            table ->
                // The copy comes after this moment, so it has whatever has another shape.
                relation
                    .map(shown -> asShown(shown, table.schema().orElseThrow()))
                    .orElseGet(TableShape::ignored));
  }

  @Override
  public boolean failed(long oid, Position at, Transaction in, MirrorException why) {
    Optional<TableState> table = state.table(oid);
    boolean covered =
        table
            .filter(t -> isCopied(t, in) || t.floor().filter(f -> !at.isAfter(f)).isPresent())
            .isPresent();
    if (covered) {
      return false;
    }
    fail(oid, new Fault(why.code(), why.getMessage(), clock.instant()));
    return true;
  }

  private void fail(long oid, Fault fault) {
    LOG.warn("table {} fails: {} {}", oid, fault.code(), fault.message());
    state.tables().update(TableState.document(oid), table -> table.fail(fault));
  }

  private Optional<SourceTable> readCatalog(long oid) {
    try (Connection connection = sessions.open()) {
      return new Catalog(connection).table(oid);
    } catch (SQLException e) {
      throw SourceErrors.of("cannot read the catalog", e);
    }
  }
}
