package io.deltamirror.worker.seed;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.source.Publications;
import io.deltamirror.core.source.ReplicationSlot;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.SourceSystem;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at a worker's start whether the stream goes on where it was, and makes what it needs on
 * the source: the publications, then the slot.
 *
 * <p>Where it cannot go on (another server or timeline, no slot any more, WAL that is gone, another
 * number of partitions) a new generation begins and every table is seeded anew. All of that is in
 * the store before the slot is made: a crash in between finds no slot again, and does the same once
 * more.
 */
final class MirrorGeneration {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorGeneration.class);

  private final SourceSession session;
  private final MirrorState mirror;
  private final SourceNames names;
  private final int partitions;
  private final Clock clock;

  /**
   * @param partitions of the hub that takes the changes
   */
  MirrorGeneration(SourceSession session, MirrorState mirror, int partitions, Clock clock) {
    this.session = session;
    this.mirror = mirror;
    this.names = SourceNames.of(mirror.mirror());
    this.partitions = partitions;
    this.clock = clock;
  }

  /**
   * To be called by the one worker that owns the mirror, before it streams. A stored offset is good
   * if it is of the generation that this returns, and is to be discarded otherwise.
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code
   */
  SourceIdentity establish() {
    SourceSystem system = SourceSystem.identify(session);
    try (Connection connection = session.open()) {
      boolean publicationsMade = new Publications(connection, names).ensure();
      Failpoints.reach(Failpoint.GENERATION_PUBLICATIONS_MADE);
      ReplicationSlot slot = new ReplicationSlot(connection, names.slot());
      Optional<String> slotFault = fault(slot.describeOurs(), publicationsMade);
      Optional<SourceIdentity> stored = mirror.identity();
      long generation = nextGeneration(stored);
      SourceIdentity found =
          new SourceIdentity(
              system.identifier(), system.timeline(), names.slot(), partitions, generation);
      Optional<String> reason = slotFault.or(() -> difference(connection, stored, found));
      if (reason.isEmpty()) {
        return stored.orElseThrow();
      }
      reseedAll(reason.get());
      Failpoints.reach(Failpoint.GENERATION_TABLES_RESEEDED);
      mirror.identities().put(SourceIdentity.DOCUMENT, found);
      Failpoints.reach(Failpoint.GENERATION_IDENTITY_STORED);
      if (slotFault.isPresent()) {
        LOG.info("making slot {}; waits for the transactions running now", names.slot());
        slot.drop();
        Failpoints.reach(Failpoint.GENERATION_SLOT_DROPPED);
        slot.create();
        Failpoints.reach(Failpoint.GENERATION_SLOT_CREATED);
      }
      LOG.info("generation {} begins: {}", generation, reason.get());
      return found;
    } catch (SQLException e) {
      throw SourceErrors.of("cannot prepare the source", e);
    }
  }

  /** Why the slot cannot be used as it is. */
  private static Optional<String> fault(
      Optional<ReplicationSlot.Status> slot, boolean publicationsMade) {
    if (slot.isEmpty()) {
      return Optional.of("the replication slot did not exist");
    }
    if (slot.get().lost()) {
      return Optional.of("the source has removed WAL that the replication slot needed");
    }
    // pgoutput would look for them in WAL that is older than they are.
    return publicationsMade
        ? Optional.of("the publications were younger than the replication slot")
        : Optional.empty();
  }

  /** Why the stored positions cannot be compared with those to come. */
  private Optional<String> difference(
      Connection connection, Optional<SourceIdentity> stored, SourceIdentity found) {
    if (stored.isEmpty()) {
      return Optional.of("the mirror starts");
    }
    SourceIdentity before = stored.get();
    if (!before.systemIdentifier().equals(found.systemIdentifier())) {
      return Optional.of("the source is another server than before");
    }
    if (before.timeline() != found.timeline()) {
      return Optional.of("the source has failed over or was restored (another timeline)");
    }
    if (!before.continues(found)) {
      return Optional.of("the hub's number of partitions has changed");
    }
    return wentBack(connection, before)
        ? Optional.of("the source was restored to an earlier state")
        : Optional.empty();
  }

  /** A restored disk image keeps server and timeline, but not the WAL that we have seen. */
  private boolean wentBack(Connection connection, SourceIdentity before) {
    Optional<Position> sent =
        mirror
            .run()
            .flatMap(MirrorRun::sent)
            .filter(position -> position.generation() == before.generation());
    return sent.isPresent()
        && Long.compareUnsigned(sent.get().commitLsn(), insertLsn(connection)) > 0;
  }

  private static long insertLsn(Connection connection) {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Position.parseLsn(row.getString(1));
    } catch (SQLException e) {
      throw SourceErrors.of("cannot read the WAL's position", e);
    }
  }

  private long nextGeneration(Optional<SourceIdentity> stored) {
    long now = clock.instant().getEpochSecond();
    return stored.map(before -> Math.max(before.generation() + 1, now)).orElse(now);
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
                      : present.reseed(present.schema().orElseThrow(), reason, now));
    }
  }
}
