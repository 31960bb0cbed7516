package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Fault;
import java.time.Instant;
import java.util.Optional;

/**
 * Which tables can be mirrored: all whose rows are in the WAL and have columns there, and which the
 * role may read. The others say why not.
 */
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
    return kind(table)
        .map(kind -> kind + " is not mirrored")
        .or(table::obstacle)
        .or(() -> empty(table))
        .flatMap(why -> fault(ErrorCode.NOT_REGULAR_TABLE, why, now));
  }

  private static Optional<Fault> fault(ErrorCode code, String message, Instant now) {
    return Optional.of(new Fault(code, message, now));
  }

  /** What it is, where that is nothing that the WAL carries. */
  private static Optional<String> kind(SourceTable table) {
    return switch (table.relkind()) {
      case 'v' -> Optional.of("a view");
      case 'm' -> Optional.of("a materialized view");
      case 'f' -> Optional.of("a foreign table");
      default ->
          switch (table.relpersistence()) {
            case 'u' -> Optional.of("an unlogged table");
            case 't' -> Optional.of("a temporary table");
            default -> Optional.empty();
          };
    };
  }

  /** Rows without any column can be counted by PostgreSQL, but not be held by a Delta table. */
  private static Optional<String> empty(SourceTable table) {
    return table.schema().columns().isEmpty()
        ? Optional.of("it has no columns that the WAL carries")
        : Optional.empty();
  }
}
