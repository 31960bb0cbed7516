package io.deltamirror.worker.seed;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.source.Publications;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.SourceSystem;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.OffsetDocument;
import io.deltamirror.worker.stream.StreamOffset;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at a worker's start whether the stream goes on where it was, and makes what it needs on
 * the source: the publications, then the slot.
 *
 * <p>Where it cannot go on (another server or timeline, no slot any more, WAL that is gone, no
 * offset, another hub or number of partitions) a new generation begins and every table is seeded
 * anew. Each step of that is repeated by the next start until the last one is done, which is the
 * offset of the new generation.
 */
final class MirrorGeneration {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorGeneration.class);

  /** Making a slot waits for all transactions; not for ever, as the network may be gone. */
  private static final int SLOT_TIMEOUT_MILLIS = 600_000;

  private final SourceSession session;
  private final Tenure tenure;
  private final MirrorState mirror;
  private final SourceNames names;
  private final EventSink hub;
  private final Duration drainPatience;
  private final Clock clock;

  /**
   * @param hub that takes the changes
   * @param drainPatience how long nothing may move while the old generation is drained
   */
  MirrorGeneration(
      SourceSession session, Tenure tenure, EventSink hub, Duration drainPatience, Clock clock) {
    this.session = session;
    this.tenure = tenure;
    this.mirror = tenure.state();
    this.names = SourceNames.of(mirror.mirror());
    this.hub = hub;
    this.drainPatience = drainPatience;
    this.clock = clock;
  }

  /**
   * To be called by the one worker that owns the mirror, before it streams. When it returns, an
   * offset of the generation is stored.
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code
   */
  SourceIdentity establish() {
    SourceSystem system = SourceSystem.identify(session);
    int partitions = hub.partitions();
    try (Connection connection = session.open()) {
      Publications publications = new Publications(connection, names);
      ReplicationSlot slot = new ReplicationSlot(connection, names.slot());
      new SlotTakeover(slot, tenure).await();
      Optional<ReplicationSlot.Status> status = slot.describeOurs();
      boolean publicationsMissing = publications.missing();
      if (publicationsMissing) {
        // First, for after a crash in between nobody would know that the slot is older than they.
        slot.drop();
      }
      publications.ensure();
      Failpoints.reach(Failpoint.GENERATION_PUBLICATIONS_MADE);
      Optional<String> slotFault = fault(status, publicationsMissing);
      Optional<SourceIdentity> stored = mirror.identity();
      SourceIdentity found =
          new SourceIdentity(
              system.identifier(),
              system.timeline(),
              names.slot(),
              partitions,
              hub.created(),
              0,
              Optional.empty());
      Continuity continuity = new Continuity(connection, slot, names);
      Optional<String> reason = slotFault.or(() -> continuity.difference(stored, found));
      if (reason.isEmpty()) {
        reason = discontinued(continuity, stored.orElseThrow(), status.orElseThrow());
      }
      if (reason.isEmpty()) {
        return complete(stored.orElseThrow());
      }
      return begin(stored, found, reason.get(), slotFault.isPresent(), connection);
    } catch (SQLException e) {
      throw SourceErrors.of("cannot prepare the source", e);
    }
  }

  /** Why the slot cannot be used as it is. */
  private static Optional<String> fault(
      Optional<ReplicationSlot.Status> slot, boolean publicationsMissing) {
    if (slot.isEmpty()) {
      return Optional.of("the replication slot did not exist");
    }
    if (slot.get().lost()) {
      return Optional.of("the source has removed WAL that the replication slot needed");
    }
    // pgoutput would look for them in WAL that is older than they are.
    return publicationsMissing
        ? Optional.of("the publications were younger than the replication slot")
        : Optional.empty();
  }

  private Optional<String> discontinued(
      Continuity continuity, SourceIdentity stored, ReplicationSlot.Status slot)
      throws SQLException {
    boolean wentBack =
        mirror
            .run()
            .flatMap(MirrorRun::sent)
            .filter(sent -> sent.generation() == stored.generation())
            .filter(sent -> continuity.isAhead(sent.commitLsn()))
            .isPresent();
    return wentBack
        ? Optional.of("the source was restored to an earlier state")
        : continuity.lost(stored.generation(), offset(), slot);
  }

  private Optional<StreamOffset> offset() {
    return new OffsetDocument(mirror.store(), mirror.mirror()).offset();
  }

  /** An identity of before one knew when the hub was created gets to know it. */
  private SourceIdentity complete(SourceIdentity stored) {
    if (stored.hub().isPresent() || hub.created().isEmpty()) {
      return stored;
    }
    SourceIdentity complete = stored.of(hub.created());
    mirror.identities().put(SourceIdentity.DOCUMENT, complete);
    return complete;
  }

  private SourceIdentity begin(
      Optional<SourceIdentity> stored,
      SourceIdentity found,
      String why,
      boolean newSlot,
      Connection connection)
      throws SQLException {
    SlotStart start = new SlotStart(connection, names, tenure);
    start.require();
    String reason = why + drain(stored, found).map(left -> "; " + left).orElse("");
    SourceIdentity next =
        new SourceIdentity(
            found.systemIdentifier(),
            found.timeline(),
            found.slot(),
            found.partitions(),
            found.hub(),
            nextGeneration(stored),
            Optional.of(reason));
    reseedAll(reason);
    Failpoints.reach(Failpoint.GENERATION_TABLES_RESEEDED);
    mirror.identities().put(SourceIdentity.DOCUMENT, next);
    Failpoints.reach(Failpoint.GENERATION_IDENTITY_STORED);
    ReplicationSlot slot = new ReplicationSlot(connection, names.slot());
    if (newSlot) {
      LOG.info("making slot {}; waits for the transactions running now", names.slot());
      connection.setNetworkTimeout(Runnable::run, SLOT_TIMEOUT_MILLIS);
      slot.drop();
      Failpoints.reach(Failpoint.GENERATION_SLOT_DROPPED);
      slot.create();
      Failpoints.reach(Failpoint.GENERATION_SLOT_CREATED);
    }
    // Also where an earlier start made it and came no further.
    start.await();
    long from = slot.describeOurs().orElseThrow().confirmedFlush();
    new OffsetDocument(mirror.store(), mirror.mirror())
        .write(StreamOffset.startOf(next.generation(), from));
    LOG.info("generation {} begins: {}", next.generation(), reason);
    return next;
  }

  /** What is left of the old generation in the hub, in words. */
  private Optional<String> drain(Optional<SourceIdentity> stored, SourceIdentity found) {
    Optional<Position> sent =
        stored.flatMap(
            old ->
                offset()
                    .map(StreamOffset::position)
                    .filter(position -> position.generation() == old.generation()));
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> left =
        new HubDrain(tenure, hub, drainPatience)
            .await(stored.get(), sent.get(), Continuity.sameHub(stored.get(), found));
    tenure.require();
    Failpoints.reach(Failpoint.GENERATION_DRAINED);
    return left;
  }

  /** Above all that were there, whatever the clock says and whichever document is lost. */
  private long nextGeneration(Optional<SourceIdentity> stored) {
    Stream<Long> known =
        Stream.of(
                stored.map(SourceIdentity::generation).stream(),
                offset().map(StreamOffset::generation).stream(),
                mirror.run().flatMap(MirrorRun::sent).map(Position::generation).stream(),
                mirror.marks().list(PartitionMark.PREFIX).stream()
                    .map(mark -> mark.position().generation()),
                mirror.tables().list(TableState.PREFIX).stream()
                    .flatMap(table -> table.floor().stream())
                    .map(Position::generation))
            .flatMap(numbers -> numbers);
    long least = known.mapToLong(Long::longValue).max().orElse(0) + 1;
    return Math.max(least, clock.instant().getEpochSecond());
  }

  private void reseedAll(String reason) {
    Instant now = clock.instant();
    for (TableState table : mirror.tables().list(TableState.PREFIX)) {
      mirror
          .tables()
          .update(
              TableState.document(table.oid()),
              present ->
                  present.seed() == 0
                      ? present
                      // In another database the same place and the same types look otherwise.
                      : present
                          .with(present.shapes().at(RowStorage.UNKNOWN))
                          .reseed(present.schema().orElseThrow(), reason, now));
    }
  }
}
