package io.deltamirror.lake.verify;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.storage.LakePaths;
import java.io.IOException;
import java.util.Optional;
import org.apache.parquet.ParquetRuntimeException;

/**
 * One version of a mirrored table, read through Kernel's public scan with its deletion vectors and
 * its column mapping. Any number of threads may use it.
 */
final class LakeReader {
  private final Engine engine;
  private final TableName table;
  private final Snapshot snapshot;

  private LakeReader(Engine engine, TableName table, Snapshot snapshot) {
    this.engine = engine;
    this.table = table;
    this.snapshot = snapshot;
  }

  /**
   * Opens the latest version.
   *
   * @throws CannotTellException when there is no Delta table
   */
  static LakeReader open(Engine engine, TableName table) {
    String uri = LakeFileIO.uri(LakePaths.table(table));
    try {
      return new LakeReader(engine, table, TableManager.loadSnapshot(uri).build(engine));
    } catch (TableNotFoundException e) {
      throw new CannotTellException("it has no Delta table yet");
    } catch (KernelException | KernelEngineException e) {
      throw unreadable(table, e);
    }
  }

  long version() {
    return snapshot.getVersion();
  }

  StructType schema() {
    return snapshot.getSchema();
  }

  /** Reads every row. */
  void scan(RowShape shape, RowSink sink) {
    scan(Optional.empty(), shape, sink);
  }

  /** Reads at least the rows for which the predicate holds; skips files that have none. */
  void scan(Optional<Predicate> predicate, RowShape shape, RowSink sink) {
    PhysicalSchema columns = PhysicalSchema.of(snapshot, shape.mirrored());
    ScanBuilder builder = snapshot.getScanBuilder().withReadSchema(columns.logical());
    predicate.ifPresent(builder::withFilter);
    Scan scan = builder.build();
    Row state = scan.getScanState(engine);
    RowImage image = shape.newImage();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> files = batches.next().getRows()) {
          while (files.hasNext()) {
            readFile(state, files.next(), columns, shape, image, sink);
          }
        }
      }
    } catch (IOException | KernelException | KernelEngineException | ParquetRuntimeException e) {
      throw unreadable(table, e);
    }
  }

  private void readFile(
      Row state, Row file, PhysicalSchema columns, RowShape shape, RowImage image, RowSink sink)
      throws IOException {
    CloseableIterator<ColumnarBatch> physical =
        engine
            .getParquetHandler()
            .readParquetFiles(ScanFile.status(file), columns.physical(), Optional.empty())
            .map(FileReadResult::getData);
    try (CloseableIterator<FilteredColumnarBatch> logical =
        Scan.transformPhysicalData(engine, state, file, physical)) {
      while (logical.hasNext()) {
        readBatch(logical.next(), shape, image, sink);
      }
    }
  }

  private static void readBatch(
      FilteredColumnarBatch batch, RowShape shape, RowImage image, RowSink sink) {
    ColumnarBatch data = batch.getData();
    Optional<ColumnVector> selection = batch.getSelectionVector();
    ColumnVector[] vectors = new ColumnVector[shape.columnCount()];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = data.getColumnVector(i);
    }
    for (int row = 0; row < data.getSize(); row++) {
      if (selection.isPresent() && !selected(selection.get(), row)) {
        continue;
      }
      image.clear();
      for (int i = 0; i < vectors.length; i++) {
        if (vectors[i].isNullAt(row)) {
          image.addNull();
        } else {
          image.begin();
          shape.form(i).putMirrored(vectors[i], row, image);
          image.end();
        }
      }
      sink.row(image);
    }
  }

  private static boolean selected(ColumnVector selection, int row) {
    return !selection.isNullAt(row) && selection.getBoolean(row);
  }

  private static MirrorException unreadable(TableName table, Exception cause) {
    return new MirrorException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "cannot read the Delta table of " + table + ": " + cause.getMessage(),
        cause);
  }
}
