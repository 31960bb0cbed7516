package io.deltamirror.worker.seed;

import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Preflight;
import io.deltamirror.core.source.Preflight.Finding;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.worker.Seeding;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.SeedMarks;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeds the tables of one mirror, in the tenure of the worker that owns it: a second one would give
 * up the first one's snapshots.
 */
public final class MirrorSeeding implements Seeding {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorSeeding.class);

  private final SourceSession session;
  private final Tenure tenure;
  private final MirrorState mirror;
  private final TablePatterns chosen;
  private final TypeOptions types;
  private final CopyTaskSender sender;
  private final Duration drainPatience;
  private final Clock clock;

  /**
   * @param tenure of the worker that owns the mirror
   * @param chosen which tables take part
   * @param types how their columns are carried
   * @param sender takes the copy tasks
   * @param drainPatience how long nothing may move while an old generation is drained
   */
  public MirrorSeeding(
      SourceSession session,
      Tenure tenure,
      TablePatterns chosen,
      TypeOptions types,
      CopyTaskSender sender,
      Duration drainPatience,
      Clock clock) {
    this.session = session;
    this.tenure = tenure;
    this.mirror = tenure.state();
    this.chosen = chosen;
    this.types = types;
    this.sender = sender;
    this.drainPatience = drainPatience;
    this.clock = clock;
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code: the first thing on
   *     the source that is in the way
   */
  @Override
  public ReplicationSource prepare(EventSink hub) {
    SourceNames names = SourceNames.of(mirror.mirror());
    for (Finding finding : new Preflight(session, names).require(chosen)) {
      LOG.warn("{}: {}", finding.code(), finding.message());
    }
    SourceIdentity identity =
        new MirrorGeneration(session, tenure, hub, drainPatience, clock).establish();
    return new ReplicationSource(
        identity.slot(), List.of(names.full(), names.insertOnly()), identity.generation());
  }

  @Override
  public void run(SeedMarks marks) throws InterruptedException {
    CopyTaskSender owned =
        task -> {
          tenure.require();
          sender.send(task);
        };
    try (TableSeeds seeds =
        new TableSeeds(session, mirror, chosen, types, marks, owned, new SteadyClock(clock))) {
      seeds.run();
    }
  }
}
