package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
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
