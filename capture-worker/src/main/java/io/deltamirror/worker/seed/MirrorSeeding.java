package io.deltamirror.worker.seed;

import io.deltamirror.core.source.Preflight;
import io.deltamirror.core.source.Preflight.Finding;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.worker.Seeding;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.SeedMarks;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeds the tables of one mirror. Only the worker that owns the mirror may run it: a second one
 * would give up the first one's snapshots.
 */
public final class MirrorSeeding implements Seeding {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorSeeding.class);

  private final SourceSession session;
  private final MirrorState mirror;
  private final TablePatterns chosen;
  private final CopyTaskSender sender;
  private final Clock clock;

  /**
   * @param chosen which tables take part
   * @param sender takes the copy tasks
   */
  public MirrorSeeding(
      SourceSession session,
      MirrorState mirror,
      TablePatterns chosen,
      CopyTaskSender sender,
      Clock clock) {
    this.session = session;
    this.mirror = mirror;
    this.chosen = chosen;
    this.sender = sender;
    this.clock = clock;
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code: the first thing on
   *     the source that is in the way
   */
  @Override
  public ReplicationSource prepare(int partitions) {
    SourceNames names = SourceNames.of(mirror.mirror());
    for (Finding finding : new Preflight(session, names).require(chosen)) {
      LOG.warn("{}: {}", finding.code(), finding.message());
    }
    SourceIdentity identity = new MirrorGeneration(session, mirror, partitions, clock).establish();
    return new ReplicationSource(
        identity.slot(), List.of(names.full(), names.insertOnly()), identity.generation());
  }

  @Override
  public void run(SeedMarks marks) throws InterruptedException {
    try (TableSeeds seeds = new TableSeeds(session, mirror, chosen, marks, sender, clock)) {
      seeds.run();
    }
  }
}
