package io.deltamirror.worker.seed;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.TableState;
import java.util.Optional;

/**
 * What the catalog showed of a table.
 *
 * @param at where the WAL was shortly before
 * @param replaced state of a table that had the name before and that the source no longer has
 */
record Sighting(SourceTable table, Position at, Optional<TableState> replaced) {
  long oid() {
    return table.schema().oid();
  }
}
