package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent.Watermark;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.stream.EventSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until everything that was sent in a generation is applied or spooled: a last watermark goes
 * behind it into every partition, and each partition is to be marked there. So the tables show all
 * that the old generation had before they are seeded anew, and nothing of it is under way when the
 * first event of the new one comes, perhaps through another partition.
 *
 * <p>It need not succeed: the seeds of the new generation replace whatever was not applied, and its
 * positions are above all old ones. So it gives up when nothing moves any more.
 */
final class HubDrain {
  private static final Logger LOG = LoggerFactory.getLogger(HubDrain.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Tenure tenure;
  private final EventSink hub;
  private final Duration patience;

  /**
   * @param patience how long nothing may move
   */
  HubDrain(Tenure tenure, EventSink hub, Duration patience) {
    this.tenure = tenure;
    this.hub = hub;
    this.patience = patience;
  }

  /**
   * Drains the hub, or returns in words what is left.
   *
   * @param old the generation's identity
   * @param sent position up to which everything of it is in the hub
   * @param sameHub whether the hub is the one that it was sent to; another one is not asked to
   *     carry anything of it
   * @throws MirrorException {@code STALE_WRITER} when the worker is to end meanwhile
   */
  Optional<String> await(SourceIdentity old, Position sent, boolean sameHub) {
    if (sent.equals(Position.startOf(sent.generation()))) {
      return Optional.empty();
    }
    try {
      if (sameHub && !behind(old, sent).isEmpty()) {
        hub.publish(
            List.of(
                new Watermark(tenure.state().mirror(), tenure.fence(), sent, lastCommitMicros())));
        LOG.info("waiting until the hub is drained up to {}", sent);
        await(old, sent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Integer> behind = behind(old, sent);
    return behind.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "partitions "
                + behind
                + " of the old generation are not applied to their end; the copies replace that");
  }

  private void await(SourceIdentity old, Position sent) throws InterruptedException {
    Map<Integer, PartitionMark> marks = marks();
    long moved = System.nanoTime();
    while (!behind(old, sent).isEmpty()) {
      if (!tenure.pause(LOOK_EVERY)) {
        // Not left undrained by that: the next start goes on with it.
        throw new MirrorException(
            ErrorCode.STALE_WRITER, "the worker was told to stop while the hub is drained");
      }
      Map<Integer, PartitionMark> now = marks();
      if (!now.equals(marks)) {
        marks = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > patience.toNanos()) {
        return;
      }
    }
  }

  private List<Integer> behind(SourceIdentity old, Position sent) {
    Map<Integer, PartitionMark> marks = marks();
    return IntStream.range(0, old.partitions())
        .filter(p -> !marks.containsKey(p) || sent.isAfter(marks.get(p).position()))
        .boxed()
        .toList();
  }

  private Map<Integer, PartitionMark> marks() {
    MirrorState state = tenure.state();
    return state.marks().list(PartitionMark.PREFIX).stream()
        .collect(Collectors.toMap(PartitionMark::partition, Function.identity()));
  }

  /** The time of what was sent last is not stored; that of what was applied is not after it. */
  private long lastCommitMicros() {
    return marks().values().stream().mapToLong(PartitionMark::commitMicros).max().orElse(0);
  }
}
