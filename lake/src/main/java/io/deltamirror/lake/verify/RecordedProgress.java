package io.deltamirror.lake.verify;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.control.CatchUp;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Progress as the mirror's own state has it: a barrier goes through the stream, and the mirror has
 * caught up when each partition's mark has passed it and the table is live. Thread-safe.
 */
public final class RecordedProgress implements MirrorProgress {
  private static final Duration POLL = Duration.ofMillis(100);

  private final SourceSession source;
  private final MirrorState state;

  public RecordedProgress(SourceSession source, MirrorState state) {
    this.source = source;
    this.state = state;
  }

  @Override
  public Standing catchUp(long tableOid, Duration atMost) throws InterruptedException {
    long barrier = barrier();
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      Standing standing = standing(tableOid, barrier);
      boolean hopeless = state.table(tableOid).filter(RecordedProgress::hopeless).isPresent();
      if (standing instanceof Standing.CaughtUp || hopeless || System.nanoTime() - end >= 0) {
        return standing;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private long barrier() {
    try (Connection connection = source.open()) {
      return Barrier.emit(connection);
    } catch (SQLException e) {
      throw SourceErrors.of("cannot write a barrier", e);
    }
  }

  private Standing standing(long tableOid, long barrier) {
    Optional<String> behind = new CatchUp(state).missing(barrier, Map.of());
    // Read after the marks: what they passed may be in the table's spool, and a table that is live
    // afterwards has applied it.
    Optional<TableState> table = state.table(tableOid);
    if (table.filter(RecordedProgress::failed).isPresent()) {
      return new Standing.TableNotReady(failure(table.get()));
    }
    if (table.filter(RecordedProgress::hopeless).isPresent()) {
      return new Standing.TableNotReady("its mirror has stopped: " + table.get().reason());
    }
    if (behind.isPresent()) {
      return new Standing.StreamBehind(
          "the mirror has not come to "
              + Position.lsnText(barrier)
              + ", is it running? ("
              + behind.get()
              + ")");
    }
    if (table.isEmpty()) {
      return new Standing.TableNotReady("it is not mirrored");
    }
    return table.get().stage() == SeedStage.LIVE
        ? new Standing.CaughtUp()
        : new Standing.TableNotReady("its mirror is " + table.get().status().label());
  }

  private static String failure(TableState table) {
    return (table.status() == TableStatus.STOPPED ? table.reason() : "its mirror has failed")
        + table.fault().map(fault -> ": " + fault.code() + ", " + fault.message()).orElse("");
  }

  /** Whether waiting does not help. */
  private static boolean hopeless(TableState table) {
    return failed(table) || table.status() == TableStatus.STOPPED;
  }

  private static boolean failed(TableState table) {
    return table.status() == TableStatus.FAILED || table.status() == TableStatus.STOPPED;
  }
}
