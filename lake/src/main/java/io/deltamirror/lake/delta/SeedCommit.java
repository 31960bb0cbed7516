package io.deltamirror.lake.delta;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import java.util.List;

/**
 * The whole content of a table at once: it is created, or what it held is replaced, columns
 * included.
 *
 * @param mirror its mirror
 * @param shape of the copied rows
 * @param columns as {@link DeltaTable#plan} gave them; the files were written with these
 * @param seed number of the seed
 * @param snapshot which transactions the copy contains
 * @param floor position up to which the copy has everything: the table's applied position
 * @param files the copied rows; none for an empty table
 */
public record SeedCommit(
    String mirror,
    TableSchema shape,
    TableColumns columns,
    int seed,
    SeedSnapshot snapshot,
    Position floor,
    List<WrittenFile> files) {
  public SeedCommit {
    files = List.copyOf(files);
  }
}
