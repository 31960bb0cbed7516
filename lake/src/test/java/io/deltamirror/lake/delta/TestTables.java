package io.deltamirror.lake.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.lake.parquet.DataFileOptions;
import io.deltamirror.lake.parquet.DataFileStats;
import io.deltamirror.lake.parquet.DataFileWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Tables for tests: made through our own writer, read back through Kernel and Hadoop's file system.
 */
public final class TestTables {
  public static final SeedSnapshot SNAPSHOT = new SeedSnapshot("100:100:", 0);

  private TestTables() {}

  /** A table of a bigint key and a text. */
  public static TableSchema accounts(long oid) {
    return new TableSchema(
        oid,
        new TableName("public", "accounts"),
        List.of(new Column(1, "id", 20, -1, "bigint", 1), new Column(2, "note", 25, -1, "text", 0)),
        ReplicaIdentity.DEFAULT);
  }

  /** Writes rows, which are in key order, to a new data file of the table. */
  public static WrittenFile write(
      DataFiles files, DeltaTable table, TableColumns columns, Iterable<Object[]> rows)
      throws IOException {
    String name = WrittenFile.newName();
    try (DataFileWriter writer =
        new DataFileWriter(
            files.create(table.path(), name),
            columns.parquet(),
            columns.keyNames(),
            DataFileOptions.DEFAULT)) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      DataFileStats stats = writer.finish();
      return WrittenFile.of(name, stats, columns);
    }
  }

  /** Makes the rows the table's first content. */
  public static TableVersion seed(
      DeltaTables tables,
      String mirror,
      TableSchema shape,
      int seed,
      SeedSnapshot snapshot,
      Position floor,
      Iterable<Object[]> rows)
      throws IOException {
    DeltaTable table = tables.of(shape.name());
    TableColumns columns = table.plan(shape, snapshot);
    List<WrittenFile> files =
        rows.iterator().hasNext()
            ? List.of(write(tables.files(), table, columns, rows))
            : List.of();
    return table.commit(
        new SeedCommit(table.reload(), mirror, shape, columns, seed, snapshot, floor, files));
  }

  /** All live rows as any reader would see them, one list of values per row. */
  public static List<List<Object>> read(Path lake, String table) throws IOException {
    return read(lake, table, Optional.empty());
  }

  public static List<List<Object>> read(Path lake, String table, Optional<Long> version)
      throws IOException {
    Engine engine = DefaultEngine.create(new Configuration());
    var builder = TableManager.loadSnapshot(lake.resolve(table).toString());
    Snapshot snapshot = version.map(builder::atVersion).orElse(builder).build(engine);
    Scan scan = snapshot.getScanBuilder().build();
    Row state = scan.getScanState(engine);
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
    List<List<Object>> rows = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> files = batches.next().getRows()) {
          while (files.hasNext()) {
            readFile(engine, state, physical, files.next(), rows);
          }
        }
      }
    }
    return rows;
  }

  private static void readFile(
      Engine engine, Row state, StructType physical, Row file, List<List<Object>> rows)
      throws IOException {
    CloseableIterator<ColumnarBatch> data =
        engine
            .getParquetHandler()
            .readParquetFiles(
                Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                physical,
                Optional.empty())
            .map(FileReadResult::getData);
    try (CloseableIterator<FilteredColumnarBatch> logical =
        Scan.transformPhysicalData(engine, state, file, data)) {
      while (logical.hasNext()) {
        FilteredColumnarBatch batch = logical.next();
        for (int i = 0; i < batch.getData().getSize(); i++) {
          boolean live =
              batch.getSelectionVector().isEmpty()
                  || (!batch.getSelectionVector().get().isNullAt(i)
                      && batch.getSelectionVector().get().getBoolean(i));
          if (live) {
            rows.add(values(batch.getData(), i));
          }
        }
      }
    }
  }

  private static List<Object> values(ColumnarBatch batch, int row) {
    List<Object> values = new ArrayList<>();
    List<StructField> fields = batch.getSchema().fields();
    for (int i = 0; i < fields.size(); i++) {
      ColumnVector vector = batch.getColumnVector(i);
      values.add(vector.isNullAt(row) ? null : value(vector, row));
    }
    return values;
  }

  private static Object value(ColumnVector vector, int row) {
    if (vector.getDataType() instanceof ArrayType) {
      ArrayValue array = vector.getArray(row);
      ColumnVector elements = array.getElements();
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < array.getSize(); i++) {
        list.add(elements.isNullAt(i) ? null : value(elements, i));
      }
      return list;
    }
    return switch (vector.getDataType().toString()) {
      case "short" -> (int) vector.getShort(row);
      case "integer", "date" -> vector.getInt(row);
      case "long", "timestamp", "timestamp_ntz" -> vector.getLong(row);
      case "boolean" -> vector.getBoolean(row);
      case "float" -> vector.getFloat(row);
      case "double" -> vector.getDouble(row);
      case "string" -> vector.getString(row);
      case "binary" -> java.util.HexFormat.of().formatHex(vector.getBinary(row));
      default -> vector.getDecimal(row);
    };
  }
}
