package io.deltamirror.local.stack;

import io.deltamirror.core.control.CatchUp;
import io.deltamirror.core.source.Barrier;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.lake.verify.MirrorProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How far a mirror is behind, out of its state. A mirror whose worker has not been heard of for a
 * while stands still: nothing is waited for then, and what differs is what it differs in.
 */
final class ObservedProgress implements MirrorProgress {
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 50;

  private final SourceSession source;
  private final MirrorState mirror;
  private final CatchUp catchUp;
  private final InstantSource clock;

  ObservedProgress(SourceSession source, MirrorState mirror, InstantSource clock) {
    this.source = source;
    this.mirror = mirror;
    this.catchUp = new CatchUp(mirror);
    this.clock = clock;
  }

  /** Whether its worker was heard of lately. */
  boolean isRunning() {
    Instant heard = mirror.run().map(MirrorRun::at).orElse(Instant.MIN);
    return heard.isAfter(clock.instant().minus(SILENCE));
  }

  @Override
  public Standing catchUp(long tableOid, Duration atMost) throws InterruptedException {
    Optional<String> notReady = notReady(tableOid);
    if (notReady.isPresent() && !isRunning()) {
      return new Standing.TableNotReady(notReady.get());
    }
    long lsn = barrier();
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<TableState> table = mirror.table(tableOid);
      if (table.isPresent() && table.get().status() == TableStatus.FAILED) {
        return new Standing.TableNotReady(failure(table.get()));
      }
      Optional<String> missing =
          catchUp.missing(lsn, table.map(t -> Map.of(tableOid, t.name())).orElse(Map.of()));
      if ((missing.isEmpty() && table.isPresent()) || !isRunning()) {
        return new Standing.CaughtUp();
      }
      if (System.nanoTime() - end >= 0) {
        return table.isEmpty() || table.get().stage() != SeedStage.LIVE
            ? new Standing.TableNotReady(missing.orElse("it has not joined the mirror"))
            : new Standing.StreamBehind(missing.orElse("the mirror is behind"));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private Optional<String> notReady(long tableOid) {
    Optional<TableState> table = mirror.table(tableOid);
    if (table.isEmpty()) {
      return Optional.of("it has not joined the mirror");
    }
    if (table.get().status() == TableStatus.FAILED) {
      return Optional.of(failure(table.get()));
    }
    return table.get().stage() == SeedStage.LIVE
        ? Optional.empty()
        : Optional.of("it is " + table.get().status().label());
  }

  private static String failure(TableState table) {
    return table.fault().map(fault -> fault.code() + ": " + fault.message()).orElse("it failed");
  }

  private long barrier() {
    try (Connection connection = source.open()) {
      return Barrier.emit(connection);
    } catch (SQLException e) {
      throw SourceErrors.of("cannot mark the present moment", e);
    }
  }
}
