package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Collects rows in runs of bounded memory, and has each sorted and written by a thread of its own
 * while the next one is collected. Rows come from one thread.
 *
 * <p>A run is as large as memory allows, so that a file of rows in no order is not small. But where
 * a whole run has come in order and the next one goes on like that, there is nothing to collect
 * for: it is handed over in slices, which spares the garbage collector from carrying them about.
 */
final class RunPipeline implements RowSink, Closeable {
  private static final long SLICE_BYTES = 4 << 20;

  private final SortedFiles files;
  private final RowOrder order;
  private final RowSize size;
  private final long runBytes;
  private final long sliceBytes;
  private final ExecutorService writer;
  private Future<?> writing = CompletableFuture.completedFuture(null);
  private RowRun run;
  private boolean following;

  RunPipeline(SortedFiles files, RowOrder order, RowSize size, long runBytes) {
    this.files = files;
    this.order = order;
    this.size = size;
    this.runBytes = runBytes;
    this.sliceBytes = Math.min(SLICE_BYTES, runBytes);
    this.run = new RowRun(order, Optional.empty());
    this.writer =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "copy-writer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Takes a row; waits while the run before this one is not written.
   *
   * @throws IOException also when an earlier run could not be written
   */
  @Override
  public void accept(Object[] row) throws IOException {
    run.add(row, size.of(row));
    if (run.bytes() >= (following && run.inOrder() ? sliceBytes : runBytes)) {
      handOver();
    }
  }

  /** Waits until everything is written. */
  void finish() throws IOException {
    if (!run.isEmpty()) {
      handOver();
    }
    await();
  }

  private void handOver() throws IOException {
    await();
    RowRun full = run;
    following = full.inOrder();
    run = new RowRun(order, following ? Optional.of(full.last()) : Optional.empty());
    writing =
        writer.submit(
            () -> {
              files.write(full);
              return null;
            });
  }

  private void await() throws IOException {
    try {
      writing.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof MirrorException known) {
        throw known;
      }
      throw new MirrorException(
          ErrorCode.INTERNAL,
          "rows could not be written: " + e.getCause().getClass().getSimpleName(),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while rows are written");
    }
  }

  /** Ends its thread; rows that are not written by now are lost. */
  @Override
  public void close() {
    writer.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (writer.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
