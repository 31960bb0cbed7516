package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.TableSchema;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A table goes on in another shape; its position stays where it is.
 *
 * @param base the version that it was prepared on; the commit fails when it is no longer the latest
 * @param shape of the rows from here on
 * @param columns as {@link TableVersion#columnsFor} gave them
 * @param rewritten all rows of the base in the new shape, when they are not to be null in the
 *     columns that are new; else the files stay as they are
 * @param what changes, for people
 */
public record ShapeCommit(
    TableVersion base,
    TableSchema shape,
    TableColumns columns,
    Optional<List<WrittenFile>> rewritten,
    String what) {
  public ShapeCommit {
    Objects.requireNonNull(base);
    Objects.requireNonNull(shape);
    Objects.requireNonNull(columns);
    rewritten = rewritten.map(List::copyOf);
  }
}
