package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.TableName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One reading of both sides of a table at once: the source on the calling thread, the mirror on
 * another. One that fails stops the other. For one use.
 */
final class Pass {
  /** Rows of a side between two reports of progress; a power of two. */
  private static final int REPORT_EVERY = 1 << 16;

  private final TableName table;
  private final VerifyListener listener;
  private final Side source;
  private final Side mirror;
  private volatile Throwable failure;

  Pass(TableName table, RowSink sourceRows, RowSink mirrorRows, VerifyListener listener) {
    this.table = table;
    this.listener = listener;
    this.source = new Side(sourceRows);
    this.mirror = new Side(mirrorRows);
  }

  /** Runs what sends the rows of each side to the sink that it is given. */
  void run(Consumer<RowSink> readSource, Consumer<RowSink> readMirror, Executor mirrorThread) {
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> mirror.read(readMirror), mirrorThread);
    source.read(readSource);
    other.join();
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    report();
  }

  private synchronized void fail(Throwable why) {
    if (failure == null) {
      failure = why;
    }
  }

  private synchronized void report() {
    listener.reading(table, source.rows, mirror.rows);
  }

  private final class Side implements RowSink {
    private final RowSink next;
    private volatile long rows;

    Side(RowSink next) {
      this.next = next;
    }

    void read(Consumer<RowSink> reader) {
      try {
        reader.accept(this);
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }

    @Override
    public void row(RowImage row) {
      if (failure != null) {
        throw new CannotTellException("the other side could not be read");
      }
      next.row(row);
      count();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread counts, others only look
    private void count() {
      rows++;
      if (rows % REPORT_EVERY == 0) {
        report();
      }
    }
  }
}
