package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Fault;
import java.time.Instant;
import java.util.Optional;

/** Which tables can be mirrored as they are, and why the others cannot. */
public final class TableRules {
  private TableRules() {}

  /** Why its role may not read all of it, or empty when it may. */
  public static Optional<Fault> unreadable(SourceTable table, Instant now) {
    String name = table.schema().name().toString();
    return switch (table.access()) {
      case READABLE -> Optional.empty();
      case DENIED -> fault(ErrorCode.SOURCE_ROLE, "the role may not SELECT from " + name, now);
      case ROW_SECURITY ->
          fault(ErrorCode.SOURCE_ROLE, "row-level security hides rows of " + name, now);
    };
  }

  /** Why it cannot be mirrored, whoever asks, or empty when it can. */
  public static Optional<Fault> refusal(SourceTable table, Instant now) {
    if (table.relkind() != 'r' || table.relpersistence() != 'p') {
      return fault(ErrorCode.NOT_REGULAR_TABLE, kind(table) + " is not mirrored", now);
    }
    if (!table.schema().hasKey()) {
      return fault(ErrorCode.NO_PRIMARY_KEY, table.schema().name() + " has no primary key", now);
    }
    ReplicaIdentity identity = table.schema().identity();
    if (identity != ReplicaIdentity.DEFAULT && identity != ReplicaIdentity.FULL) {
      return fault(
          ErrorCode.UNSUPPORTED_REPLICA_IDENTITY,
          table.schema().name() + " has replica identity " + identity,
          now);
    }
    if (table.deferrableKey() && identity == ReplicaIdentity.DEFAULT) {
      // No replica identity for PostgreSQL: the application's updates would fail once published.
      return fault(
          ErrorCode.UNSUPPORTED_REPLICA_IDENTITY,
          table.schema().name() + " has a deferrable primary key and no REPLICA IDENTITY FULL",
          now);
    }
    if (table.generatedColumns()) {
      return fault(ErrorCode.UNSUPPORTED_DATA_TYPE, "it has generated columns", now);
    }
    for (Column column : table.schema().columns()) {
      if (ColumnTypes.of(column).isEmpty()) {
        return fault(
            ErrorCode.UNSUPPORTED_DATA_TYPE,
            "column " + column.name() + " has type " + column.typeName(),
            now);
      }
    }
    return Optional.empty();
  }

  private static Optional<Fault> fault(ErrorCode code, String message, Instant now) {
    return Optional.of(new Fault(code, message, now));
  }

  private static String kind(SourceTable table) {
    return switch (table.relkind()) {
      case 'p' -> "a partitioned table";
      case 'v' -> "a view";
      case 'm' -> "a materialized view";
      case 'f' -> "a foreign table";
      default -> table.relpersistence() == 'u' ? "an unlogged table" : "a temporary table";
    };
  }
}
