package io.deltamirror.lake.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what a commit does to a table, and what its files are afterwards. For one thread. */
final class CommitActions {
  private final LakeStorage storage;
  private final String path;
  private final Map<String, LiveFile> files;
  private final List<Row> rows = new ArrayList<>();
  private final long nowMillis = System.currentTimeMillis();

  /**
   * @param present the table's files before, by path
   */
  CommitActions(LakeStorage storage, String path, Map<String, LiveFile> present) {
    this.storage = storage;
    this.path = path;
    this.files = new HashMap<>(present);
  }

  void removeAll() {
    files.values().forEach(file -> rows.add(FileActions.remove(file.action(), nowMillis)));
    files.clear();
  }

  void add(List<WrittenFile> added, TableColumns columns) {
    for (WrittenFile file : added) {
      AddFile action = FileActions.newFile(file, nowMillis);
      rows.add(FileActions.add(action));
      FileStatistics statistics = FileStatistics.parse(file.stats(), columns);
      files.put(file.name(), new LiveFile(storage, path, action, statistics, null));
    }
  }

  /**
   * Deletes rows: writes one deletion vector file for all data files, and removes a data file
   * without any row left.
   */
  void delete(Map<LiveFile, RowSet> deleted) throws IOException {
    List<LiveFile> changed = new ArrayList<>();
    List<RowSet> vectors = new ArrayList<>();
    for (Map.Entry<LiveFile, RowSet> entry : deleted.entrySet()) {
      LiveFile file = entry.getKey();
      RowSet all = file.deleted().union(entry.getValue());
      rows.add(FileActions.remove(file.action(), nowMillis));
      if (all.size() == file.rows()) {
        files.remove(file.action().getPath());
      } else {
        changed.add(file);
        vectors.add(all);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    List<DeletionVectorDescriptor> descriptors = DeletionVectorFile.write(storage, path, vectors);
    Failpoints.reach(Failpoint.APPLY_DELETION_VECTOR_WRITTEN);
    for (int i = 0; i < changed.size(); i++) {
      LiveFile next = changed.get(i).with(descriptors.get(i), vectors.get(i));
      rows.add(FileActions.add(next.action()));
      files.put(next.action().getPath(), next);
    }
  }

  void position(TransactionIds ids, long counter, Position position) {
    rows.addAll(ids.actions(counter, position, nowMillis));
  }

  /** What goes into the log. */
  List<Row> rows() {
    return rows;
  }

  /** The table's files afterwards, by path. */
  Map<String, LiveFile> files() {
    return files;
  }
}
