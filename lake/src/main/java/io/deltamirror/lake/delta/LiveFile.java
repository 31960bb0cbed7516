package io.deltamirror.lake.delta;

import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.parquet.DataFile;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Optional;

/**
 * A data file of a table's version, with the rows of it that are deleted. Equal only to itself.
 * Thread-safe.
 */
public final class LiveFile {
  private final LakeStorage storage;
  private final String table;
  private final AddFile action;
  private final FileStatistics statistics;
  private final Optional<DeletionVectorDescriptor> vector;
  private volatile SoftReference<RowSet> deleted;

  LiveFile(
      LakeStorage storage,
      String table,
      AddFile action,
      FileStatistics statistics,
      RowSet deletedIfKnown) {
    this.storage = storage;
    this.table = table;
    this.action = action;
    this.statistics = statistics;
    this.vector = action.getDeletionVector();
    this.deleted = new SoftReference<>(deletedIfKnown);
  }

  /** The file for those who read it; its path is that in the lake. */
  public DataFile dataFile() {
    return new DataFile(table + "/" + action.getPath(), action.getSize());
  }

  /** When it was written, milliseconds since 1970, as its writer's clock had it. */
  public long modifiedMillis() {
    return action.getModificationTime();
  }

  /** Rows in the file, deleted ones included. */
  public long rows() {
    return statistics.rows();
  }

  /** Rows that readers see. */
  public long liveRows() {
    return rows() - vector.map(DeletionVectorDescriptor::getCardinality).orElse(0L);
  }

  public KeyBounds keyBounds() {
    return statistics.keyBounds();
  }

  /** Bounds of the values of some columns, as far as its statistics have them. */
  public List<KeyBounds> bounds(List<TableColumn> columns) {
    return FileStatistics.bounds(action.getStatsJson().orElse("{}"), columns);
  }

  /** The deleted rows; read when first asked for, and kept while memory allows. */
  public RowSet deleted() throws IOException {
    if (vector.isEmpty()) {
      return RowSet.empty();
    }
    RowSet known = deleted.get();
    if (known == null) {
      known = DeletionVectorFile.read(storage, table, vector.get());
      deleted = new SoftReference<>(known);
    }
    return known;
  }

  /** The same file with another deletion vector. */
  LiveFile with(DeletionVectorDescriptor descriptor, RowSet rows) {
    return new LiveFile(
        storage, table, FileActions.withDeletionVector(action, descriptor), statistics, rows);
  }

  AddFile action() {
    return action;
  }

  FileStatistics statistics() {
    return statistics;
  }
}
