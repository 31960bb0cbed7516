package io.deltamirror.local.types;

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
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.storage.LakePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * All rows of a mirrored table, read by Kernel with file access of its own. Values are Java's, with
 * bytes in hexadecimal and floating-point numbers as their bits, so that they can be compared.
 *
 * @param schema of the Delta table
 * @param rows values in the order of the schema
 */
public record DeltaRows(StructType schema, List<List<Object>> rows) {

  /** Reads the latest version. */
  public static DeltaRows read(Path lake, TableName table) throws IOException {
    Engine engine = DefaultEngine.create(new Configuration());
    Snapshot snapshot =
        TableManager.loadSnapshot(lake.resolve(LakePaths.table(table)).toUri().toString())
            .build(engine);
    Scan scan = snapshot.getScanBuilder().build();
    Row state = scan.getScanState(engine);
    List<List<Object>> rows = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      while (files.hasNext()) {
        try (CloseableIterator<Row> ofBatch = files.next().getRows()) {
          while (ofBatch.hasNext()) {
            readFile(engine, state, ofBatch.next(), rows);
          }
        }
      }
    }
    return new DeltaRows(snapshot.getSchema(), rows);
  }

  private static void readFile(Engine engine, Row state, Row file, List<List<Object>> rows)
      throws IOException {
    CloseableIterator<ColumnarBatch> physical =
        engine
            .getParquetHandler()
            .readParquetFiles(
                Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                ScanStateRow.getPhysicalDataReadSchema(state),
                Optional.empty())
            .map(read -> read.getData());
    try (CloseableIterator<FilteredColumnarBatch> logical =
        Scan.transformPhysicalData(engine, state, file, physical)) {
      while (logical.hasNext()) {
        FilteredColumnarBatch batch = logical.next();
        for (int row = 0; row < batch.getData().getSize(); row++) {
          if (isSelected(batch.getSelectionVector(), row)) {
            rows.add(values(batch.getData(), row));
          }
        }
      }
    }
  }

  private static boolean isSelected(Optional<ColumnVector> selection, int row) {
    return selection.isEmpty()
        || (!selection.get().isNullAt(row) && selection.get().getBoolean(row));
  }

  private static List<Object> values(ColumnarBatch batch, int row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < batch.getSchema().length(); i++) {
      values.add(value(batch.getColumnVector(i), row));
    }
    return values;
  }

  private static Object value(ColumnVector vector, int row) {
    if (vector.isNullAt(row)) {
      return null;
    }
    DataType type = vector.getDataType();
    if (type instanceof ArrayType) {
      return elements(vector.getArray(row));
    }
    if (type instanceof BinaryType) {
      return HexFormat.of().formatHex(vector.getBinary(row));
    }
    if (type instanceof StringType) {
      return vector.getString(row);
    }
    if (type instanceof DecimalType) {
      return vector.getDecimal(row);
    }
    if (type instanceof BooleanType) {
      return vector.getBoolean(row);
    }
    if (type instanceof FloatType) {
      return "bits " + Float.floatToIntBits(vector.getFloat(row));
    }
    if (type instanceof DoubleType) {
      return "bits " + Double.doubleToLongBits(vector.getDouble(row));
    }
    if (type instanceof ShortType) {
      return vector.getShort(row);
    }
    if (type instanceof IntegerType || type instanceof DateType) {
      return vector.getInt(row);
    }
    return vector.getLong(row);
  }

  private static List<Object> elements(ArrayValue array) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < array.getSize(); i++) {
      elements.add(value(array.getElements(), i));
    }
    return elements;
  }

  /** Index of a column. */
  public int index(String column) {
    return schema.indexOf(column);
  }
}
