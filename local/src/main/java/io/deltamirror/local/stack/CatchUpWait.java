package io.deltamirror.local.stack;

import io.deltamirror.core.control.CatchUp;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Waits until a mirror has everything that its source had committed when this was made. */
public final class CatchUpWait {
  /** {@code pg_class.relpersistence}. */
  private static final char TEMPORARY = 't';

  private final CatchUp catchUp;
  private final Map<Long, TableName> tables;
  private final long lsn;

  private CatchUpWait(CatchUp catchUp, Map<Long, TableName> tables, long lsn) {
    this.catchUp = catchUp;
    this.tables = tables;
    this.lsn = lsn;
  }

  /**
   * Marks the present moment on the source.
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code
   */
  public static CatchUpWait from(SourceSession source, TablePatterns patterns, MirrorState mirror) {
    try (Connection connection = source.open()) {
      Map<Long, TableName> tables =
          new Catalog(connection)
              .tables().stream()
                  // Such a one may be gone before the worker sees it.
                  .filter(table -> table.relpersistence() != TEMPORARY)
                  .map(SourceTable::schema)
                  .filter(table -> patterns.matches(table.name()))
                  .collect(Collectors.toMap(table -> table.oid(), table -> table.name()));
      return new CatchUpWait(new CatchUp(mirror), tables, Barrier.emit(connection));
    } catch (SQLException e) {
      throw SourceErrors.of("cannot mark the present moment", e);
    }
  }

  /** What it still waits for, in words; empty when nothing is missing. */
  public Optional<String> missing() {
    return catchUp.missing(lsn, tables);
  }
}
