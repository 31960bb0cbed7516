package io.deltamirror.local.stack;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.MirrorProgress;
import io.deltamirror.lake.verify.RecordedProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Progress of a mirror that may not be running. When its worker has not been heard of for a while
 * it stands still: nothing is waited for, and what differs is what it differs in.
 */
final class ObservedProgress implements MirrorProgress {
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final Duration SLICE = Duration.ofSeconds(2);

  private final MirrorProgress recorded;
  private final MirrorState mirror;
  private final InstantSource clock;

  ObservedProgress(SourceSession source, MirrorState mirror, InstantSource clock) {
    this.recorded = new RecordedProgress(source, mirror);
    this.mirror = mirror;
    this.clock = clock;
  }

  /** Whether its worker was heard of lately, and has not said that it stopped. */
  boolean isRunning() {
    Instant silent = clock.instant().minus(SILENCE);
    return mirror
        .run()
        .filter(run -> run.phase() != Phase.STOPPED && run.at().isAfter(silent))
        .isPresent();
  }

  @Override
  public Standing catchUp(long tableOid, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      if (!isRunning() && isReadable(tableOid)) {
        return new Standing.CaughtUp();
      }
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
      Standing standing = recorded.catchUp(tableOid, slice);
      boolean ended = mirror.table(tableOid).filter(ObservedProgress::hasEnded).isPresent();
      boolean hopeless = ended || (!isRunning() && !isReadable(tableOid));
      if (standing instanceof Standing.CaughtUp || left.isZero() || hopeless) {
        return standing;
      }
    }
  }

  private boolean isReadable(long tableOid) {
    return mirror
        .table(tableOid)
        .filter(table -> table.stage() == SeedStage.LIVE && !hasEnded(table))
        .isPresent();
  }

  /** Whether it takes up nothing more: it has failed, or the source has dropped it. */
  private static boolean hasEnded(TableState table) {
    return table.status() == TableStatus.FAILED || table.status() == TableStatus.STOPPED;
  }
}
