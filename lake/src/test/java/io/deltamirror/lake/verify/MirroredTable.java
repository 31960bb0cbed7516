package io.deltamirror.lake.verify;

import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.roaringbitmap.RoaringBitmap;

/**
 * A Delta table with deletion vectors and column mapping, written by Kernel itself for tests:
 * nothing of what writes mirrors takes part.
 */
final class MirroredTable {
  private static final String ENGINE_INFO = "test";
  private static final int DELETION_VECTOR_MAGIC = 1681511377;

  private final Engine engine = DefaultEngine.create(new Configuration());
  private final Path folder;

  MirroredTable(Path lake, String table, StructType schema) {
    folder = lake.resolve("Tables/public/" + table);
    TableManager.buildCreateTableTransaction(folder.toString(), schema, ENGINE_INFO)
        .withTableProperties(
            Map.of(
                "delta.enableDeletionVectors", "true",
                "delta.columnMapping.mode", "name"))
        .build(engine)
        .commit(engine, CloseableIterable.emptyIterable());
  }

  private Snapshot snapshot() {
    return TableManager.loadSnapshot(folder.toString()).build(engine);
  }

  private static Transaction update(Snapshot snapshot, Engine engine) {
    return snapshot.buildUpdateTableTransaction(ENGINE_INFO, Operation.WRITE).build(engine);
  }

  void append(Object[]... rows) {
    append(List.of(rows).iterator(), rows.length);
  }

  /** Appends rows as one data file. */
  void append(Iterator<Object[]> rows, int batchSize) {
    Snapshot snapshot = snapshot();
    Transaction txn = update(snapshot, engine);
    Row state = txn.getTransactionState(engine);
    CloseableIterator<FilteredColumnarBatch> data =
        Utils.toCloseableIterator(new Batches(physical(snapshot.getSchema()), rows, batchSize));
    DataWriteContext context = Transaction.getWriteContext(engine, state, Map.of());
    try {
      CloseableIterator<DataFileStatus> files =
          engine
              .getParquetHandler()
              .writeParquetFiles(
                  context.getTargetDirectory(), data, context.getStatisticsColumns());
      txn.commit(
          engine,
          CloseableIterable.inMemoryIterable(
              Transaction.generateAppendActions(engine, state, files, context)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void checkpoint() {
    try {
      snapshot().writeCheckpoint(engine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As data files have it; Kernel leaves this to the writer. */
  private static StructType physical(StructType logical) {
    StructType physical = new StructType();
    for (StructField field : logical.fields()) {
      String name = ColumnMapping.getPhysicalName(field);
      physical = physical.add(name, field.getDataType(), field.isNullable());
    }
    return physical;
  }

  /** Deletes rows of the data file that was written last by their places in it. */
  void delete(int... places) {
    Snapshot snapshot = snapshot();
    AddFile file = lastFile(snapshot);
    DeletionVectorDescriptor vector = writeDeletionVector(RoaringBitmap.bitmapOf(places));
    StructType schema = AddFile.FULL_SCHEMA;
    Map<Integer, Object> add = new HashMap<>();
    add.put(schema.indexOf("path"), file.getPath());
    add.put(schema.indexOf("partitionValues"), file.getPartitionValues());
    add.put(schema.indexOf("size"), file.getSize());
    add.put(schema.indexOf("modificationTime"), file.getModificationTime());
    add.put(schema.indexOf("dataChange"), true);
    add.put(schema.indexOf("deletionVector"), vector.toRow());
    add.put(schema.indexOf("stats"), file.getStatsJson().orElseThrow());
    List<Row> actions =
        List.of(
            SingleAction.createRemoveFileSingleAction(file.toRemoveFileRow(true, Optional.empty())),
            SingleAction.createAddFileSingleAction(new GenericRow(schema, add)));
    update(snapshot, engine)
        .commit(
            engine,
            CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
  }

  private AddFile lastFile(Snapshot snapshot) {
    List<AddFile> files = new ArrayList<>();
    Scan scan = snapshot.getScanBuilder().build();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(
              row -> files.add(new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream()
        .max((a, b) -> Long.compare(a.getModificationTime(), b.getModificationTime()))
        .orElseThrow();
  }

  /** A file with one vector (Delta protocol, "Deletion Vector File Storage Format"). */
  private DeletionVectorDescriptor writeDeletionVector(RoaringBitmap places) {
    int size = Integer.BYTES + Long.BYTES + Integer.BYTES + places.serializedSizeInBytes();
    ByteBuffer payload = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    payload.putInt(DELETION_VECTOR_MAGIC).putLong(1).putInt(0);
    places.serialize(payload);
    CRC32 checksum = new CRC32();
    checksum.update(payload.array());
    UUID id = UUID.randomUUID();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.writeByte(1);
      out.writeInt(size);
      out.write(payload.array());
      out.writeInt((int) checksum.getValue());
      Files.write(folder.resolve("deletion_vector_" + id + ".bin"), file.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DeletionVectorDescriptor(
        "u", Base85Codec.encodeUUID(id), Optional.of(1), size, places.getLongCardinality());
  }

  private record Batches(StructType schema, Iterator<Object[]> rows, int size)
      implements Iterator<FilteredColumnarBatch> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public FilteredColumnarBatch next() {
      List<Object[]> batch = new ArrayList<>(size);
      while (rows.hasNext() && batch.size() < size) {
        batch.add(rows.next());
      }
      return new FilteredColumnarBatch(new RowBatch(schema, batch), Optional.empty());
    }
  }
}
