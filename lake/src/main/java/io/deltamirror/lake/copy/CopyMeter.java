package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableProgress.CopyProgress;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Counts the rows of a part on their way, and from time to time records how far the table's copy
 * is; at the same moments it looks whether the copy is still wanted. For one thread.
 */
final class CopyMeter implements RowSink, AutoCloseable {
  /** Rows between two looks at the clock. */
  private static final int STRIDE = 1 << 10;

  private final MirrorState mirror;
  private final CopyTask task;
  private final Clock clock;
  private final Duration interval;
  private final RowSink next;
  private long rows;
  private long recorded;
  private long due;
  private boolean done;

  CopyMeter(MirrorState mirror, CopyTask task, Clock clock, Duration interval, RowSink next) {
    this.mirror = mirror;
    this.task = task;
    this.clock = clock;
    this.interval = interval;
    this.next = next;
    this.due = clock.millis() + interval.toMillis();
  }

  /**
   * Hands the row on.
   *
   * @throws MirrorException {@code COPY_FAILED} when the table is no longer copied under the task's
   *     snapshot
   */
  @Override
  public void accept(Object[] row) throws IOException {
    next.accept(row);
    if (++rows % STRIDE == 0 && clock.millis() >= due) {
      checkWanted();
      record();
      due = clock.millis() + interval.toMillis();
    }
  }

  private void checkWanted() {
    if (mirror.table(task.oid()).filter(t -> t.copies(task.seed(), task.snapshot())).isEmpty()) {
      throw new MirrorException(ErrorCode.COPY_FAILED, "the copy is no longer wanted");
    }
  }

  private void record() {
    long more = rows - recorded;
    update(
        copy ->
            new CopyProgress(
                copy.parts(), copy.partsDone(), copy.rows() + more, copy.rowsExpected()));
    recorded = rows;
  }

  /** Records that the part is done, once that is so. */
  void done() {
    record();
    int partsDone = (int) parts().stream().filter(CopyPart::done).count();
    update(copy -> new CopyProgress(copy.parts(), partsDone, copy.rows(), copy.rowsExpected()));
    done = true;
  }

  /** Takes back what was recorded of a part that is not done. */
  @Override
  public void close() {
    if (!done && recorded > 0) {
      rows = 0;
      record();
    }
  }

  private void update(UnaryOperator<CopyProgress> change) {
    mirror
        .progress()
        .change(
            TableProgress.document(task.oid()),
            present -> {
              TableProgress progress = present.orElse(TableProgress.none(task.oid()));
              CopyProgress copy = progress.copy().orElseGet(this::atStart);
              return Optional.of(progress.copying(change.apply(copy)));
            });
  }

  private CopyProgress atStart() {
    List<CopyPart> parts = parts();
    long expected = parts.stream().mapToLong(part -> Math.max(0, part.rowsExpected())).sum();
    return new CopyProgress(parts.size(), 0, 0, expected);
  }

  private List<CopyPart> parts() {
    return mirror.parts().list(CopyPart.prefix(task.oid(), task.seed()));
  }
}
