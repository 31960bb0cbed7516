package io.deltamirror.lake.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.SetTransaction;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StructType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Kernel's rows for what a commit adds and removes. */
final class FileActions {
  private static final StructType ADD = AddFile.FULL_SCHEMA;

  private FileActions() {}

  /** A new file in the table's folder. */
  static AddFile newFile(WrittenFile file, long nowMillis) {
    Map<Integer, Object> fields = new HashMap<>();
    fields.put(ADD.indexOf("path"), file.name());
    fields.put(ADD.indexOf("partitionValues"), VectorUtils.stringStringMapValue(Map.of()));
    fields.put(ADD.indexOf("size"), file.length());
    fields.put(ADD.indexOf("modificationTime"), nowMillis);
    fields.put(ADD.indexOf("dataChange"), true);
    fields.put(ADD.indexOf("stats"), file.stats());
    return new AddFile(new GenericRow(ADD, fields));
  }

  /** The same file with a deletion vector; numRecords stays, as the protocol demands. */
  static AddFile withDeletionVector(AddFile file, DeletionVectorDescriptor vector) {
    Map<Integer, Object> fields = fields(file);
    fields.put(ADD.indexOf("dataChange"), true);
    fields.put(ADD.indexOf("deletionVector"), vector.toRow());
    fields.put(
        ADD.indexOf("stats"), FileStatistics.withoutTightBounds(file.getStatsJson().orElseThrow()));
    return new AddFile(new GenericRow(ADD, fields));
  }

  /** A copy that does not hold on to the batch of rows that it was read from. */
  static AddFile detached(AddFile file) {
    return new AddFile(new GenericRow(ADD, fields(file)));
  }

  private static Map<Integer, Object> fields(AddFile file) {
    Map<Integer, Object> fields = new HashMap<>();
    fields.put(ADD.indexOf("path"), file.getPath());
    fields.put(
        ADD.indexOf("partitionValues"),
        VectorUtils.stringStringMapValue(VectorUtils.toJavaMap(file.getPartitionValues())));
    fields.put(ADD.indexOf("size"), file.getSize());
    fields.put(ADD.indexOf("modificationTime"), file.getModificationTime());
    fields.put(ADD.indexOf("dataChange"), file.getDataChange());
    file.getStatsJson().ifPresent(stats -> fields.put(ADD.indexOf("stats"), stats));
    file.getDeletionVector()
        .ifPresent(vector -> fields.put(ADD.indexOf("deletionVector"), vector.toRow()));
    file.getTags()
        .ifPresent(
            tags ->
                fields.put(
                    ADD.indexOf("tags"),
                    VectorUtils.stringStringMapValue(VectorUtils.toJavaMap(tags))));
    file.getBaseRowId().ifPresent(id -> fields.put(ADD.indexOf("baseRowId"), id));
    file.getDefaultRowCommitVersion()
        .ifPresent(version -> fields.put(ADD.indexOf("defaultRowCommitVersion"), version));
    return fields;
  }

  static Row add(AddFile file) {
    return SingleAction.createAddFileSingleAction(file.toRow());
  }

  static Row remove(AddFile file, long nowMillis) {
    return SingleAction.createRemoveFileSingleAction(
        file.toRemoveFileRow(true, Optional.of(nowMillis)));
  }

  static Row transaction(String appId, long version, long nowMillis) {
    return SingleAction.createTxnSingleAction(
        new SetTransaction(appId, version, Optional.of(nowMillis)).toRow());
  }
}
