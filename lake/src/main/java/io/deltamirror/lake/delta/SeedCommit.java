package io.deltamirror.lake.delta;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * The whole content of a table at once: it is created, or what it held is replaced, columns
 * included.
 *
 * @param base the version that was the latest before the right to commit was checked, empty when
 *     there was no table; the commit fails when it no longer is: an old copy that comes late cannot
 *     replace a later one, nor changes on top of it
 * @param mirror its mirror
 * @param shape of the copied rows
 * @param columns as {@link DeltaTable#plan} gave them; the files were written with these
 * @param seed number of the seed
 * @param snapshot which transactions the copy contains
 * @param floor position up to which the copy has everything: the table's applied position
 * @param files the copied rows; none for an empty table
 */
public record SeedCommit(
    Optional<TableVersion> base,
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
