package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Delta tables of a lake. Keeps those that were used last, each with its latest known version,
 * so that a commit needs no listing. Thread-safe.
 */
public final class DeltaTables {
  private final LakeStorage storage;
  private final LakeEngine engine;
  private final Map<String, DeltaTable> recent;

  /**
   * @param capacity how many tables are kept
   */
  public DeltaTables(LakeStorage storage, int capacity) {
    this.storage = storage;
    this.engine = new LakeEngine(storage);
    this.recent =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, DeltaTable> eldest) {
            return size() > capacity;
          }
        };
  }

  /** The table that mirrors the given one. */
  public DeltaTable of(TableName name) {
    return at(LakePaths.table(name));
  }

  /** The table in the given folder of the lake, whether it exists or not. */
  public synchronized DeltaTable at(String path) {
    return recent.computeIfAbsent(path, folder -> new DeltaTable(storage, engine, folder));
  }

  /** Where the tables' data files are read and written. */
  public DataFiles files() {
    return new DataFiles(storage);
  }
}
