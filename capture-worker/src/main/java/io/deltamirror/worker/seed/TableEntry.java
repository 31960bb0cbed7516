package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Documents;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.time.Clock;
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
          ErrorCode.NO_PRIMARY_KEY,
          ErrorCode.UNSUPPORTED_DATA_TYPE,
          ErrorCode.UNSUPPORTED_REPLICA_IDENTITY,
          ErrorCode.SOURCE_PUBLICATION,
          ErrorCode.SOURCE_ROLE);

  private final Documents<TableState> tables;
  private final Clock clock;

  TableEntry(Documents<TableState> tables, Clock clock) {
    this.tables = tables;
    this.clock = clock;
  }

  /**
   * A table that is not published: its changes are missed until it is. Said before it is published,
   * for an end of the process in between would otherwise forget it.
   */
  void missed(TableSchema schema) {
    tables.update(
        TableState.document(schema.oid()),
        state ->
            state.status() == TableStatus.FAILED || state.stage() == SeedStage.REQUESTED
                ? state
                : state.reseed(schema, "it was not published for a while", clock.instant()));
  }

  /** A table that can be mirrored and is published. */
  void accept(TableSchema schema) {
    tables.change(
        TableState.document(schema.oid()),
        present ->
            Optional.of(
                present
                    .map(state -> accepted(state, schema))
                    .orElseGet(
                        () ->
                            TableState.initial(schema, "it joined the mirror", clock.instant()))));
  }

  private TableState accepted(TableState state, TableSchema schema) {
    boolean failed = state.status() == TableStatus.FAILED;
    if (failed && state.fault().filter(fault -> OURS.contains(fault.code())).isPresent()) {
      return state.reseed(schema, "it can be mirrored now", clock.instant());
    }
    if (failed || state.stage() == SeedStage.REQUESTED) {
      return state;
    }
    return outgrown(state, schema)
        ? state.reseed(schema, "the table's shape changed", clock.instant())
        : state;
  }

  /**
   * Whether the copy has another shape. The stream tells that only with the next change of the
   * table, if there is one, and never that a column made way for another one of the same name.
   */
  private static boolean outgrown(TableState state, TableSchema schema) {
    return state.stage() != SeedStage.SPOOLING && !state.schema().equals(Optional.of(schema));
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

  /** A table that the source no longer has; one that never took part is forgotten. */
  void gone(TableState table) {
    if (table.seed() == 0) {
      tables.delete(TableState.document(table.oid()));
      return;
    }
    Fault fault =
        new Fault(
            ErrorCode.TABLE_DOES_NOT_EXIST,
            table.name() + " is no longer on the source",
            clock.instant());
    tables.update(TableState.document(table.oid()), state -> failed(state, fault));
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
