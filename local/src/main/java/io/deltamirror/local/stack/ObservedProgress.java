package io.deltamirror.local.stack;

import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorRun;
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

  /** Whether its worker was heard of lately. */
  boolean isRunning() {
    Instant heard = mirror.run().map(MirrorRun::at).orElse(Instant.MIN);
    return heard.isAfter(clock.instant().minus(SILENCE));
  }

  @Override
  public Standing catchUp(long tableOid, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      if (!isRunning() && mirror.table(tableOid).filter(ObservedProgress::isReadable).isPresent()) {
        return new Standing.CaughtUp();
      }
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
      Standing standing = recorded.catchUp(tableOid, slice);
      boolean failed =
          mirror.table(tableOid).filter(t -> t.status() == TableStatus.FAILED).isPresent();
      if (standing instanceof Standing.CaughtUp || left.isZero() || failed || !isRunning()) {
        return standing;
      }
    }
  }

  private static boolean isReadable(TableState table) {
    return table.stage() == SeedStage.LIVE && table.status() != TableStatus.FAILED;
  }
}
