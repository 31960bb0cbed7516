package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.SeedCommit;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableEmptier;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.WrittenFile;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a seed once all its parts are copied: one Delta commit makes their rows the whole content of
 * the table, then the table's state says so.
 *
 * <p>Several may try this at once, a commit may be there although its answer was lost, and one may
 * come late, when the seed is already copied anew under another snapshot or the table has been
 * reseeded. What keeps such a late one from doing harm is the order of its steps:
 *
 * <ol>
 *   <li>it reads the latest version v of the Delta table,
 *   <li>it reads the state, which must say COPYING under the task's snapshot S,
 *   <li>it commits on v alone, as version v + 1.
 * </ol>
 *
 * <p>Let R be any later commit to the table: that of another snapshot or seed, or changes on top of
 * one. A state leaves (COPYING, S) once and never comes back to it, for no two snapshots are equal;
 * and R is only made after its author, or the author of what R builds on, has seen the state past
 * it. In (2) the state was not past it, so R was made after (2), hence after (1), hence as a
 * version above v. Either it is v + 1 itself and our commit fails; or ours is v + 1 and R comes on
 * top of it, which the author of R, who follows the same steps, has seen: it then replaces ours,
 * with its own snapshot. So the last content committed before SEEDED is always the one of the
 * snapshot that the state names; and as each commit carries its own snapshot, applying, which goes
 * by what the table says, would filter rightly even on content that is about to be replaced.
 *
 * <p>SEEDED itself is a compare-and-swap under the same condition (COPYING, S), and follows the
 * commit.
 */
final class SeedFinisher {
  private static final Logger log = LoggerFactory.getLogger(SeedFinisher.class);

  /** Each further one means that yet another writer was in between. */
  private static final int MAX_ATTEMPTS = 5;

  private final MirrorState mirror;
  private final CopyTask task;
  private final LakeStorage storage;
  private final DeltaTables tables;
  private final Clock clock;

  SeedFinisher(
      MirrorState mirror, CopyTask task, LakeStorage storage, DeltaTables tables, Clock clock) {
    this.mirror = mirror;
    this.task = task;
    this.storage = storage;
    this.tables = tables;
    this.clock = clock;
  }

  /**
   * Ends the task's seed if all its parts are done and it is still wanted; else does nothing.
   *
   * @throws MirrorException {@code COPY_FAILED} when the parts do not fit together; {@code
   *     COMMIT_CONFLICT} when there is no end of other writers; or for failures of storage and
   *     state: then it may be called again
   */
  void finish() {
    for (int attempt = 1; ; attempt++) {
      try {
        tryToFinish();
        return;
      } catch (MirrorException e) {
        // The commit may be there all the same: the next look at the table tells.
        if (!again(e) || attempt == MAX_ATTEMPTS) {
          throw e;
        }
        log.info("{}: looking at the table again: {}", task.oid(), e.getMessage());
      }
    }
  }

  private static boolean again(MirrorException e) {
    return e.code() == ErrorCode.COMMIT_CONFLICT || e.code() == ErrorCode.STORAGE_UNAVAILABLE;
  }

  private void tryToFinish() {
    Optional<TableState> seen = wanted();
    if (seen.isEmpty()) {
      leaveDropped();
      return;
    }
    DeltaTable table = tables.of(seen.get().name());
    Optional<TableVersion> base = table.reload();
    Optional<TableState> state = wanted();
    List<CopyPart> parts = mirror.parts().list(CopyPart.prefix(task.oid(), task.seed()));
    if (state.isEmpty() || !complete(parts)) {
      return;
    }
    Failpoints.reach(Failpoint.COPY_COMMITTING);
    TableVersion seeded =
        base.filter(this::isThisSeed)
            .orElseGet(() -> table.commit(seed(state.get(), table, base, parts)));
    Failpoints.reach(Failpoint.COPY_COMMITTED);
    say(seeded);
  }

  private Optional<TableState> wanted() {
    return mirror.table(task.oid()).filter(t -> t.copies(task.seed(), task.snapshot()));
  }

  private boolean complete(List<CopyPart> parts) {
    return !parts.isEmpty()
        && parts.size() == parts.get(0).parts()
        && parts.stream().allMatch(part -> part.done() && part.snapshot() == task.snapshot());
  }

  private boolean isThisSeed(TableVersion version) {
    return version.shape().oid() == task.oid()
        && version.seed() == task.seed()
        && version.seedSnapshot().lsn() == task.snapshot();
  }

  private SeedCommit seed(
      TableState state, DeltaTable table, Optional<TableVersion> base, List<CopyPart> parts) {
    TableColumns columns = table.plan(state.schema().orElseThrow(), state.snapshot().orElseThrow());
    List<WrittenFile> files = new ArrayList<>();
    for (CopyPart part : parts) {
      PartManifest copied = read(part);
      if (!copied.agreesWith(columns)) {
        throw new MirrorException(
            ErrorCode.COPY_FAILED, "the table's columns changed while it was copied");
      }
      files.addAll(copied.files());
    }
    return new SeedCommit(
        base,
        mirror.mirror(),
        state.schema().orElseThrow(),
        columns,
        task.seed(),
        state.snapshot().orElseThrow(),
        state.floor().orElseThrow(),
        files);
  }

  private PartManifest read(CopyPart part) {
    try {
      return PartManifest.read(storage, part);
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the list of copied files cannot be read", e);
    }
  }

  /** Says in the state that the rows are committed; who comes second changes nothing. */
  private void say(TableVersion seeded) {
    boolean[] first = {false};
    mirror
        .tables()
        .update(
            TableState.document(task.oid()),
            state -> {
              first[0] = state.copies(task.seed(), task.snapshot());
              return state.seeded(task.seed(), task.snapshot(), clock.instant());
            });
    Failpoints.reach(Failpoint.COPY_SEED_RECORDED);
    if (!first[0]) {
      leaveDropped();
      return;
    }
    log.info(
        "{}: seed {} is committed as version {}, {} rows",
        seeded.shape().name(),
        task.seed(),
        seeded.version(),
        seeded.rows());
    recordProgress(seeded);
    try {
      storage.deleteFolder(LakePaths.copied(mirror.mirror(), task.oid(), task.seed()));
    } catch (IOException e) {
      log.warn("the lists of copied files of {} stay behind", task.oid(), e);
    }
  }

  /** A table that was dropped while its copy was being committed is emptied by who committed. */
  private void leaveDropped() {
    mirror
        .table(task.oid())
        .filter(state -> state.status() == TableStatus.STOPPED)
        .ifPresent(
            state ->
                Stream.concat(Stream.of(state.name()), state.shapes().formerNames().stream())
                    .forEach(
                        name ->
                            new TableEmptier(tables, clock)
                                .empty(name, mirror.mirror(), task.oid(), state.seed())));
  }

  private void recordProgress(TableVersion seeded) {
    long bytes = seeded.files().stream().mapToLong(file -> file.dataFile().length()).sum();
    mirror
        .progress()
        .change(
            TableProgress.document(task.oid()),
            present -> {
              TableProgress before = present.orElse(TableProgress.none(task.oid()));
              return Optional.of(
                  new TableProgress(
                      task.oid(),
                      Optional.of(seeded.position()),
                      seeded.version(),
                      seeded.rows(),
                      before.processedRows() + seeded.rows(),
                      before.processedBytes() + bytes,
                      Optional.of(clock.instant()),
                      before.latencyMillis(),
                      Optional.empty()));
            });
  }
}
