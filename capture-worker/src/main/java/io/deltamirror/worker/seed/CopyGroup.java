package io.deltamirror.worker.seed;

import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableProgress.CopyProgress;
import io.deltamirror.core.state.TableState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that are copied under one snapshot, and their tasks. Where nothing in the whole group
 * moves for a while, what is not done is sent again: a task may have been lost, and carrying it out
 * twice does no harm. Not thread-safe.
 */
final class CopyGroup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyGroup.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A copy that shows no progress must not fill the hub with copies of its task. */
  private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);

  /** What a part looks like; another one means that someone works. */
  private record Look(CopyPart part, Optional<CopyProgress> copy) {}

  private final HeldSnapshot snapshot;
  private final MirrorState mirror;
  private final Clock clock;
  private final List<CopyTask> tasks = new ArrayList<>();
  private final Deque<CopyTask> unsent = new ArrayDeque<>();
  private final Cadence<String> looks;
  private List<Look> lastLook = List.of();
  private Instant lastMove;
  private Duration patience = PATIENCE;

  CopyGroup(HeldSnapshot snapshot, MirrorState mirror, Clock clock) {
    this.snapshot = snapshot;
    this.mirror = mirror;
    this.clock = clock;
    this.looks = new Cadence<>(LOOK_EVERY, clock);
    this.lastMove = clock.instant();
  }

  void add(Collection<CopyTask> planned) {
    tasks.addAll(planned);
    unsent.addAll(planned);
  }

  HeldSnapshot snapshot() {
    return snapshot;
  }

  /** Whether the table is being copied under this group's snapshot, and its tasks are here. */
  boolean copies(TableState table) {
    return table.copies(table.seed(), snapshot.contents().lsn())
        && tasks.stream()
            .anyMatch(task -> task.oid() == table.oid() && task.seed() == table.seed());
  }

  /**
   * Sends what is to be sent, first or again.
   *
   * @param copying seeds that are still being copied under this snapshot
   * @throws io.deltamirror.core.MirrorException when the hub does not take it; call again
   */
  void send(Set<SeedId> copying, CopyTaskSender sender) {
    if (looks.due("")) {
      watch(copying);
    }
    while (!unsent.isEmpty()) {
      sender.send(unsent.peek());
      unsent.remove();
    }
  }

  private void watch(Set<SeedId> copying) {
    List<CopyTask> running =
        tasks.stream()
            .filter(task -> copying.contains(new SeedId(task.oid(), task.seed())))
            .toList();
    List<Look> look = running.stream().map(this::look).flatMap(Optional::stream).toList();
    Instant now = clock.instant();
    if (!look.equals(lastLook)) {
      lastLook = look;
      lastMove = now;
      patience = PATIENCE;
      return;
    }
    if (now.isBefore(lastMove.plus(patience))) {
      return;
    }
    LOG.info("nothing was copied for {} s, sending the tasks again", patience.toSeconds());
    lastMove = now;
    Duration doubled = patience.multipliedBy(2);
    patience = doubled.compareTo(LONGEST_PATIENCE) < 0 ? doubled : LONGEST_PATIENCE;
    unsent.clear();
    unsent.addAll(unfinished(running));
  }

  private Optional<Look> look(CopyTask task) {
    Optional<CopyProgress> progress =
        mirror.progress().get(TableProgress.document(task.oid())).flatMap(TableProgress::copy);
    return mirror
        .parts()
        .get(CopyPart.document(task.oid(), task.seed(), task.part()))
        .map(part -> new Look(part, progress));
  }

  /**
   * Of a table whose parts are all done but which is still copied: one, so that it is committed.
   */
  private List<CopyTask> unfinished(List<CopyTask> running) {
    List<CopyTask> again =
        running.stream()
            .filter(task -> lastLook.stream().noneMatch(l -> l.part().of(task) && l.part().done()))
            .toList();
    List<CopyTask> toCommit =
        running.stream()
            .filter(task -> task.part() == 0)
            .filter(task -> again.stream().noneMatch(other -> other.oid() == task.oid()))
            .toList();
    List<CopyTask> all = new ArrayList<>(again);
    all.addAll(toCommit);
    return all;
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
