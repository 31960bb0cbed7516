package io.deltamirror.lake.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads a version of a table whole out of its log. Stateless. */
final class VersionReader {
  private final LakeStorage storage;
  private final LakeEngine engine;
  private final String path;

  VersionReader(LakeStorage storage, LakeEngine engine, String path) {
    this.storage = storage;
    this.engine = engine;
    this.path = path;
  }

  TableVersion read(SnapshotImpl snapshot) throws IOException {
    TableProperties properties = TableProperties.parse(path, snapshot.getTableProperties());
    TransactionIds ids = TransactionIds.of(properties.mirror(), properties.shape().oid());
    TableColumns columns = ColumnMappings.read(snapshot.getSchema(), properties.shape());
    Position position =
        ids.readPosition(snapshot, engine)
            .orElseThrow(
                () ->
                    new MirrorException(
                        ErrorCode.LAKE_TABLE_FOREIGN, path + " has no applied position"));
    return new TableVersion(
        snapshot,
        properties,
        columns,
        ids.readCounter(snapshot, engine),
        position,
        files(snapshot, columns));
  }

  private Map<String, LiveFile> files(SnapshotImpl snapshot, TableColumns columns)
      throws IOException {
    Map<String, LiveFile> files = new HashMap<>();
    ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            AddFile add =
                FileActions.detached(
                    new AddFile(rows.next().getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL)));
            FileStatistics statistics =
                FileStatistics.parse(add.getStatsJson().orElse("{}"), columns);
            files.put(add.getPath(), new LiveFile(storage, path, add, statistics, null));
          }
        }
      }
    }
    return files;
  }
}
