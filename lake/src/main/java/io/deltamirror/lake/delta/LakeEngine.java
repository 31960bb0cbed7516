package io.deltamirror.lake.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.DefaultParquetHandler;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.utils.CloseableIterator;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Kernel's engine on the lake. Thread-safe. */
final class LakeEngine extends DefaultEngine {
  private final LakeStorage storage;

  LakeEngine(LakeStorage storage) {
    super(new LakeFileIO(storage));
    this.storage = storage;
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return new WholeFiles();
  }

  @Override
  public List<MetricsReporter> getMetricsReporters() {
    return List.of();
  }

  /**
   * Kernel ends a Parquet file properly even when the rows for it could not be read to their end. A
   * checkpoint made that way would lack data files, and every reader would believe it.
   */
  private final class WholeFiles extends DefaultParquetHandler {
    WholeFiles() {
      super(new LakeFileIO(storage));
    }

    @Override
    public void writeParquetFileAtomically(
        String path, CloseableIterator<FilteredColumnarBatch> rows) throws IOException {
      AtomicBoolean complete = new AtomicBoolean();
      new DefaultParquetHandler(new LakeFileIO(storage, () -> !complete.get()))
          .writeParquetFileAtomically(path, endOf(rows, complete));
    }

    private static CloseableIterator<FilteredColumnarBatch> endOf(
        CloseableIterator<FilteredColumnarBatch> rows, AtomicBoolean reached) {
      return new CloseableIterator<>() {
        @Override
        public boolean hasNext() {
          boolean more = rows.hasNext();
          reached.set(!more);
          return more;
        }

        @Override
        public FilteredColumnarBatch next() {
          return rows.next();
        }

        @Override
        public void close() throws IOException {
          rows.close();
        }
      };
    }
  }
}
