package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.BatchHeader;
import io.deltamirror.core.change.ChangeReader;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.TableState;
import io.deltamirror.lake.apply.MissingBatches.Hole;
import io.deltamirror.lake.delta.CommitSummary;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.ShapeDifference;
import io.deltamirror.lake.delta.TableVersion;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * Applies batches of one table to its Delta table, in as few commits as the memory budget allows.
 * For one thread.
 *
 * <p>What the table has already is skipped by position, so that the same batches may be given any
 * number of times.
 */
final class BatchApplier {
  private final SliceWriter writer;
  private final TableEvolution evolution;
  private final ApplyOptions options;
  private final DeltaTable table;
  private final TableState state;
  private final String mirror;
  private final MissingBatches missing;
  private final CommitListener listener;

  /** Hears of each commit. */
  interface CommitListener {
    void committed(TableVersion version, CommitSummary summary, long bytes);
  }

  /**
   * @param state the table's, live or about to be
   */
  BatchApplier(
      SliceWriter writer,
      TableEvolution evolution,
      ApplyOptions options,
      DeltaTable table,
      String mirror,
      TableState state,
      MissingBatches missing,
      CommitListener listener) {
    this.writer = writer;
    this.evolution = evolution;
    this.options = options;
    this.table = table;
    this.mirror = mirror;
    this.state = state;
    this.missing = missing;
    this.listener = listener;
  }

  /**
   * Applies them all, or as many as there are up to the first fault. Changes that are missing are
   * read again from the hub.
   *
   * @param end position that the table must have reached then, in any case
   * @throws MirrorException {@code GAP_IN_STREAM} when changes are lost, also those that the Delta
   *     table should have; everything before the gap is committed
   * @throws OtherShapeException when changes follow whose shape the table's rows cannot take;
   *     everything before them is committed
   */
  void apply(List<PendingBatch> batches, Optional<Position> end) throws IOException {
    for (int retries = options.conflictRetries(); ; retries--) {
      try {
        applyOnce(batches, end);
        return;
      } catch (MirrorException | IOException e) {
        if (!isOutrun(e) || retries == 0) {
          throw e;
        }
        table.reload();
      }
    }
  }

  /** Another writer was faster: its commit took our version, or the file we read is compacted. */
  private static boolean isOutrun(Exception e) {
    return e instanceof NoSuchFileException
        || e instanceof FileNotFoundException
        || (e instanceof MirrorException known && known.code() == ErrorCode.COMMIT_CONFLICT);
  }

  private void applyOnce(List<PendingBatch> batches, Optional<Position> end) throws IOException {
    Slice slice = new Slice(requireTable());
    CopiedFilter copied = new CopiedFilter(slice.base().seedSnapshot());
    for (PendingBatch pending : batches) {
      ChangeBatch batch = pending.load();
      BatchHeader header = batch.header();
      if (header.previous().isAfter(slice.reached())) {
        slice = latest(slice);
      }
      if (!header.last().isAfter(slice.reached())) {
        continue;
      }
      if (header.previous().isAfter(slice.reached())) {
        slice =
            close(new Hole(slice.reached(), header.previous(), Optional.of(header)), slice, copied);
      }
      slice = apply(batch, slice, copied);
    }
    if (end.isPresent() && end.get().isAfter(slice.reached())) {
      slice = latest(slice);
    }
    if (end.isPresent() && end.get().isAfter(slice.reached())) {
      slice = close(new Hole(slice.reached(), end.get(), Optional.empty()), slice, copied);
    }
    commit(slice, Optional.empty());
  }

  /**
   * Before changes are said to be missing: what is remembered of the table is old when another
   * process had the partition meanwhile. A slice that has changes finds that out by its commit.
   */
  private Slice latest(Slice slice) {
    if (!slice.isEmpty()) {
      return slice;
    }
    table.reload();
    return new Slice(requireTable());
  }

  /** Applies what is missing; what was found of it is committed in any case. */
  private Slice close(Hole hole, Slice first, CopiedFilter copied) throws IOException {
    Slice[] slice = {first};
    Optional<String> lost =
        missing.read(
            hole,
            batch -> {
              slice[0] = apply(batch, slice[0], copied);
              return slice[0].reached();
            });
    if (lost.isPresent()) {
      commit(slice[0], Optional.empty());
      throw new MirrorException(ErrorCode.GAP_IN_STREAM, lost.get());
    }
    return slice[0];
  }

  /**
   * Takes a batch in. A shape without rows has the place of what came before it in the stream,
   * which may be before the snapshot of a copy although the ALTER came after it: so that place does
   * not say that the copy has the shape.
   */
  private Slice apply(ChangeBatch batch, Slice first, CopiedFilter copied) throws IOException {
    Slice slice = first;
    BatchHeader header = batch.header();
    boolean shapeChecked = false;
    try (ChangeReader reader = new ChangeReader(batch)) {
      while (reader.hasNext()) {
        RowChange change = reader.next();
        if (!change.isAfter(header.generation(), slice.reached())) {
          continue;
        }
        if (slice.reduction().weight() >= options.memoryBytes()) {
          slice = new Slice(commit(slice, Optional.of(endsBefore(change, slice))));
        }
        boolean isRow = change.kind() != RowChange.Kind.RESHAPE;
        if (isRow && copied.contains(change)) {
          slice.pass(change, header.generation());
          continue;
        }
        if (!shapeChecked) {
          slice = inShape(header.table(), slice, change);
          shapeChecked = true;
        }
        if (isRow) {
          slice.apply(change, header.generation(), header.table().identity());
        } else {
          slice.pass(change, header.generation());
        }
      }
    }
    return slice;
  }

  /**
   * Whether a slice ends with a transaction's last change. A shape without rows has the LSN of the
   * transaction that it stands behind.
   */
  private static boolean endsBefore(RowChange next, Slice slice) {
    return next.kind() == RowChange.Kind.RESHAPE || next.commitLsn() != slice.reached().commitLsn();
  }

  private TableVersion commit(Slice slice, Optional<Boolean> endsTransaction) throws IOException {
    if (slice.isEmpty()) {
      return slice.base();
    }
    CommitSummary summary = slice.summary(endsTransaction);
    SliceWriter.Written written = writer.commit(table, slice, summary);
    listener.committed(written.version(), summary, written.bytes());
    Failpoints.reach(Failpoint.APPLY_PROGRESS_RECORDED);
    return written.version();
  }

  /** A Delta table that is not what the state says cannot be brought forward by changes. */
  private TableVersion requireTable() {
    return table
        .current()
        .filter(this::isOurs)
        .or(() -> table.reload().filter(this::isOurs))
        .orElseThrow(
            () ->
                new MirrorException(
                    ErrorCode.GAP_IN_STREAM,
                    "the Delta table "
                        + table.path()
                        + " is missing or not that of seed "
                        + state.seed()));
  }

  private boolean isOurs(TableVersion version) {
    return version.mirror().equals(mirror)
        && version.shape().oid() == state.oid()
        && version.seed() == state.seed();
  }

  /**
   * Goes on in the shape of the changes that follow. Those before belong to the rows that are there
   * when the shape changes: they are committed first.
   *
   * <p>No older shape comes after a later one: what is before the table's position is skipped, and
   * the table goes on in a later shape only when everything before it is committed.
   */
  private Slice inShape(TableSchema shape, Slice slice, RowChange next) throws IOException {
    ShapeDifference difference = ShapeDifference.between(slice.base().shape(), shape);
    if (difference.isNone()) {
      return slice;
    }
    TableVersion base = commit(slice, Optional.of(endsBefore(next, slice)));
    if (difference.obstacle().isPresent()) {
      throw new OtherShapeException(shape, base.position(), difference.obstacle().get(), null);
    }
    return new Slice(evolution.evolve(table, base, shape, difference));
  }
}
