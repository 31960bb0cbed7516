package io.deltamirror.lake.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;

/** A mirrored table as of one version of its log. Immutable, thread-safe. */
public final class TableVersion {
  private final SnapshotImpl snapshot;
  private final TableProperties properties;
  private final TableColumns columns;
  private final long counter;
  private final Position position;
  private final Map<String, LiveFile> files;
  private final long rows;

  TableVersion(
      SnapshotImpl snapshot,
      TableProperties properties,
      TableColumns columns,
      long counter,
      Position position,
      Map<String, LiveFile> files) {
    this.snapshot = snapshot;
    this.properties = properties;
    this.columns = columns;
    this.counter = counter;
    this.position = position;
    this.files = Collections.unmodifiableMap(files);
    this.rows = files.values().stream().mapToLong(LiveFile::liveRows).sum();
  }

  public long version() {
    return snapshot.getVersion();
  }

  /** The mirror that it belongs to. */
  public String mirror() {
    return properties.mirror();
  }

  /** The source's table as its rows are now. */
  public TableSchema shape() {
    return properties.shape();
  }

  /** Number of the seed that its content began with. */
  public int seed() {
    return properties.seed();
  }

  /** Which transactions that seed's copy contained. */
  public SeedSnapshot seedSnapshot() {
    return properties.snapshot();
  }

  /** Position up to which it has all changes. */
  public Position position() {
    return position;
  }

  public TableColumns columns() {
    return columns;
  }

  /** The columns in another shape of the same table, with what they have in common kept. */
  public TableColumns columnsFor(TableSchema after) {
    return EvolvedColumns.of(this, after);
  }

  /** Whether it was emptied, as the source has no such table any more. */
  public boolean isDropped() {
    return properties.dropped().isPresent() && files.isEmpty();
  }

  /** Its data files, in no order. */
  public Collection<LiveFile> files() {
    return files.values();
  }

  /** Rows that readers see. */
  public long rows() {
    return rows;
  }

  SnapshotImpl snapshot() {
    return snapshot;
  }

  TableProperties properties() {
    return properties;
  }

  long counter() {
    return counter;
  }

  /** By path. */
  Map<String, LiveFile> filesByPath() {
    return files;
  }
}
