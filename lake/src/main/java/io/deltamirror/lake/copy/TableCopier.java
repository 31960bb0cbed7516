package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.UnfitValueException;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.ShapeChange;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DeltaTables;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out copy tasks: copies a part of a table under the snapshot that the worker exported, and
 * ends the seed with the last part. The rules that make a repeated or late task harmless stand with
 * {@link CopyTask}, and {@link SeedFinisher} shows why they suffice.
 *
 * <p>A part that fails never leaves its table waiting. What the source or the table caused by being
 * changed, restarted or out of reach sends the seed back to be copied anew under another snapshot;
 * a value that its column's form cannot hold begins another seed, with that column as text; what no
 * repetition heals, such as a value that is too large, makes the table {@code Failed}. Both count
 * only as long as the table is copied under the task's snapshot. What storage or the state store
 * caused is thrown, for the host to repeat the task.
 *
 * <p>Thread-safe. Memory: two runs of rows and one file being written for each part that is copied
 * at the same time; further calls wait.
 */
public final class TableCopier {
  private static final Logger log = LoggerFactory.getLogger(TableCopier.class);

  private final Function<String, SourceSession> sources;
  private final LakeStorage storage;
  private final MirrorStore store;
  private final DeltaTables tables;
  private final CopyOptions options;
  private final Clock clock;
  private final Semaphore places;

  /**
   * @param sources from a mirror's name to its source
   */
  public TableCopier(
      Function<String, SourceSession> sources,
      LakeStorage storage,
      MirrorStore store,
      DeltaTables tables,
      CopyOptions options,
      Clock clock) {
    this.sources = sources;
    this.storage = storage;
    this.store = store;
    this.tables = tables;
    this.options = options;
    this.clock = clock;
    this.places = new Semaphore(options.concurrentParts(), true);
  }

  /**
   * Carries out a task; ends quietly when it is no longer wanted or was carried out before.
   *
   * @throws MirrorException when storage or state fail; the task is to be repeated
   */
  public void copy(CopyTask task) {
    MirrorState mirror = new MirrorState(store, task.mirror());
    try {
      copyPart(mirror, task);
      new SeedFinisher(mirror, task, storage, tables, clock).finish();
    } catch (MirrorException e) {
      settle(mirror, task, e);
    } catch (UncheckedIOException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the copy of table " + task.oid() + " broke off", e);
    } catch (RuntimeException e) {
      log.error("the copy of table {} of mirror {} broke off", task.oid(), task.mirror(), e);
      settle(
          mirror,
          task,
          new MirrorException(
              ErrorCode.INTERNAL, "the copy broke off: " + e.getClass().getSimpleName(), e));
    }
  }

  private void copyPart(MirrorState mirror, CopyTask task) {
    takePlace();
    try {
      Optional<TableState> state =
          mirror.table(task.oid()).filter(t -> t.copies(task.seed(), task.snapshot()));
      if (state.isEmpty()) {
        log.info("{}: seed {} is not copied under this task's snapshot", task.oid(), task.seed());
        return;
      }
      CopyPart part =
          mirror
              .parts()
              .get(CopyPart.document(task.oid(), task.seed(), task.part()))
              .filter(planned -> planned.of(task))
              .orElseThrow(() -> new MirrorException(ErrorCode.COPY_FAILED, "a part has no plan"));
      if (part.done()) {
        log.info("{}: part {} is done already", state.get().name(), part.part() + 1);
        return;
      }
      PartCopy copy =
          new PartCopy(mirror, task, storage, tables.of(state.get().name()), options, clock);
      copy.run(
          sources.apply(task.mirror()),
          part,
          state.get().schema().orElseThrow(),
          state.get().snapshot().orElseThrow());
    } finally {
      places.release();
    }
  }

  private void takePlace() {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MirrorException(ErrorCode.STATE_UNAVAILABLE, "interrupted before the copy", e);
    }
  }

  private void settle(MirrorState mirror, CopyTask task, MirrorException e) {
    if (e instanceof UnfitValueException unfit) {
      change(mirror, task, e, t -> carriedAsText(t, unfit));
      return;
    }
    switch (CopyVerdict.of(e.code())) {
      case REPEAT -> throw e;
      case COPY_AGAIN ->
          change(mirror, task, e, t -> t.copyAgain(task.seed(), e.getMessage(), clock.instant()));
      case FAIL -> change(mirror, task, e, t -> t.fail(Fault.of(e, clock.instant())));
    }
  }

  /** The table is copied anew, with that column in a form that holds every value. */
  private TableState carriedAsText(TableState table, UnfitValueException unfit) {
    TableSchema before = table.schema().orElseThrow();
    ShapeHistory history = table.shapes().withText(unfit.attnum());
    TableSchema after = history.carried(before);
    String why = unfit.getMessage() + ": it is carried as text";
    ShapeChange change =
        new ShapeChange(
            table.floor().orElseThrow(),
            clock.instant(),
            List.of(why),
            before.inWords(),
            after.inWords(),
            table.seed() + 1);
    return table.with(history.with(change)).reseed(after, why, clock.instant());
  }

  private void change(
      MirrorState mirror, CopyTask task, MirrorException e, UnaryOperator<TableState> change) {
    log.warn("{}: part {} was not copied", task.oid(), task.part() + 1, e);
    mirror
        .tables()
        .update(
            TableState.document(task.oid()),
            state -> state.copies(task.seed(), task.snapshot()) ? change.apply(state) : state);
  }
}
