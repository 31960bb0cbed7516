package io.deltamirror.lake.delta;

import io.deltamirror.core.change.Position;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Changes of the stream, and the position up to which they bring the table.
 *
 * @param base the version that they were prepared on; the commit fails when it is no longer the
 *     latest
 * @param position of the last change
 * @param truncate whether all present rows go
 * @param deleted positions of rows that go, by live file of the base; not together with {@code
 *     truncate}
 * @param added new rows
 * @param summary what the commit says of itself
 */
public record ChangeCommit(
    TableVersion base,
    Position position,
    boolean truncate,
    Map<LiveFile, RowSet> deleted,
    List<WrittenFile> added,
    CommitSummary summary) {
  public ChangeCommit {
    Objects.requireNonNull(base);
    Objects.requireNonNull(position);
    Objects.requireNonNull(summary);
    deleted = Map.copyOf(deleted);
    added = List.copyOf(added);
    if (truncate && !deleted.isEmpty()) {
      throw new IllegalArgumentException("rows are deleted one by one and all at once");
    }
  }
}
