package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.BatchHeader;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.hub.HubHistory;
import io.deltamirror.core.hub.HubHistory.End;
import io.deltamirror.core.hub.HubHistory.From;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a table's missing batches again from the hub. For one thread.
 *
 * <p>The first look begins shortly before the time of the last change that the table has; clocks
 * may make that too late, so that only a look from the hub's oldest event on says that changes are
 * lost.
 */
final class MissingBatches {
  private static final Logger LOG = LoggerFactory.getLogger(MissingBatches.class);

  /** By which the clocks of source, hub and this machine may differ before a look is in vain. */
  private static final Duration CLOCKS = Duration.ofMinutes(10);

  private final HubHistory history;
  private final EventGate gate;
  private final int partition;
  private final TableKey key;
  private final LargeBatches large;
  private final Function<Position, Optional<Instant>> sourceTimes;

  /**
   * @param sourceTimes when the change at a position, or one before it, was committed on the source
   */
  MissingBatches(
      HubHistory history,
      EventGate gate,
      int partition,
      TableKey key,
      LargeBatches large,
      Function<Position, Optional<Instant>> sourceTimes) {
    this.history = history;
    this.gate = gate;
    this.partition = partition;
    this.key = key;
    this.large = large;
    this.sourceTimes = sourceTimes;
  }

  /**
   * What is missing.
   *
   * @param reached position of the last change that the table has
   * @param upTo position of the last change that it lacks
   * @param next the batch behind it, where the looking ends; empty for the hub's last event
   */
  record Hole(Position reached, Position upTo, Optional<BatchHeader> next) {}

  /** Takes the missing batches in their order. */
  interface Sink {
    /** Applies one that follows what the table has, in part or as a whole. */
    Position take(ChangeBatch batch) throws IOException;
  }

  /**
   * Hands over what is missing, as far as it is there.
   *
   * @return why the hole stays, or empty when it is closed
   * @throws MirrorException {@code HUB_UNAVAILABLE}: nothing is known then
   */
  Optional<String> read(Hole hole, Sink sink) throws IOException {
    LOG.warn(
        "{}/{}: changes between {} and {} are missing; reading partition {} again",
        key.mirror(),
        key.oid(),
        hole.reached(),
        hole.upTo(),
        partition);
    Pass pass = new Pass(hole, sink, hole.reached());
    Optional<Instant> near = sourceTimes.apply(hole.reached()).map(time -> time.minus(CLOCKS));
    if (near.isPresent()) {
      history.read(partition, new From.Since(near.get()), pass);
    }
    End end = End.ENOUGH;
    if (!pass.isClosed()) {
      pass = new Pass(hole, sink, pass.reached);
      end = history.read(partition, new From.Beginning(), pass);
    }
    if (pass.isClosed()) {
      LOG.info("{}/{}: the missing changes were in the hub", key.mirror(), key.oid());
      return Optional.empty();
    }
    String why = end == End.OUT_OF_TIME ? "they were not found in the hub in time" : pass.why;
    return Optional.of(
        "changes between " + pass.reached + " and " + hole.upTo() + " are missing: " + why);
  }

  /** One look at the partition. As for the events of the trigger, later fences win. */
  private final class Pass implements HubHistory.Reader {
    private final Hole hole;
    private final Sink sink;
    private Position reached;
    private FenceEpoch highest = FenceEpoch.NONE;
    private String why = "they are no longer in the hub";

    Pass(Hole hole, Sink sink, Position reached) {
      this.hole = hole;
      this.sink = sink;
      this.reached = reached;
    }

    boolean isClosed() {
      return !hole.upTo().isAfter(reached);
    }

    @Override
    public boolean isEnough(byte[] body) throws IOException {
      Optional<HubEvent> event = decode(body).filter(e -> e.mirror().equals(key.mirror()));
      if (event.isEmpty() || isStale(event.get())) {
        return false;
      }
      if (event.get() instanceof Watermark watermark) {
        return isBefore(watermark);
      }
      return event.get().tableOid().equals(Optional.of(key.oid())) && isEnough(event.get());
    }

    /** Whether what is missing stood before it: then it does not come any more. */
    private boolean isBefore(Watermark watermark) {
      return !hole.upTo().isAfter(watermark.position());
    }

    private boolean isEnough(HubEvent event) throws IOException {
      if (event instanceof ChangeBatch batch) {
        return isEnough(batch.header(), () -> batch);
      }
      return event instanceof BatchReference reference
          && isEnough(reference.header(), () -> large.read(reference));
    }

    private boolean isEnough(BatchHeader header, PendingBatch batch) throws IOException {
      boolean follows = header.last().isAfter(reached) && !header.previous().isAfter(reached);
      if (follows && !taken(batch)) {
        return true;
      }
      return isClosed() || hole.next().equals(Optional.of(header));
    }

    /**
     * A large batch that is gone from the lake, or one that is damaged, is as lost as an event that
     * is gone from the hub.
     */
    private boolean taken(PendingBatch batch) throws IOException {
      try {
        reached = sink.take(batch.load());
        return true;
      } catch (MirrorException e) {
        if (e.code() != ErrorCode.MALFORMED_EVENT) {
          throw e;
        }
        why = e.getMessage();
        return false;
      }
    }

    private boolean isStale(HubEvent event) {
      FenceEpoch own = FenceEpoch.of(event);
      if (own.isBelow(highest)) {
        return true;
      }
      highest = own;
      return false;
    }
  }

  /** What cannot be used was set aside when it came first. */
  private Optional<HubEvent> decode(byte[] body) {
    try {
      HubEvent event = EventCodec.decode(body);
      gate.admit(event);
      return Optional.of(event);
    } catch (MirrorException e) {
      if (e.code().retriable()) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
