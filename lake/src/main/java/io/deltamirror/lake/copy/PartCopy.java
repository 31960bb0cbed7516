package io.deltamirror.lake.copy;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.StorageErrors;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.TableColumns;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one part of a table into data files, and records them as the part's result. What it wrote
 * without getting to record it is deleted again, as far as that is possible.
 */
final class PartCopy {
  private static final Logger log = LoggerFactory.getLogger(PartCopy.class);

  private final MirrorState mirror;
  private final CopyTask task;
  private final LakeStorage storage;
  private final DeltaTable table;
  private final CopyOptions options;
  private final Clock clock;

  PartCopy(
      MirrorState mirror,
      CopyTask task,
      LakeStorage storage,
      DeltaTable table,
      CopyOptions options,
      Clock clock) {
    this.mirror = mirror;
    this.task = task;
    this.storage = storage;
    this.table = table;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Copies the part.
   *
   * @param shape of the table as the snapshot sees it
   * @param snapshot of the task
   * @throws MirrorException as {@link PartSource} and {@link CopyTextParser}, and for failures of
   *     storage and state
   */
  void run(SourceSession session, CopyPart part, TableSchema shape, SeedSnapshot snapshot) {
    long started = clock.millis();
    try (PartSource source =
        PartSource.open(
            session, shape, part, task.snapshotName(), snapshot.visible(), options.lockTimeout())) {
      // What another process committed counts too: all parts must come to the same columns.
      table.reload();
      PartManifest copied = copy(source, part, shape, table.plan(shape, snapshot));
      log.info(
          "{}: part {} of {} copied, {} rows, {} files, {} bytes in {} ms",
          shape.name(),
          part.part() + 1,
          part.parts(),
          copied.rows(),
          copied.files().size(),
          copied.bytes(),
          clock.millis() - started);
    } catch (IOException e) {
      throw StorageErrors.of("the copy of " + shape.name() + " cannot be written", e);
    }
  }

  private PartManifest copy(
      PartSource source, CopyPart part, TableSchema shape, TableColumns columns)
      throws IOException {
    RowCodec codec = new RowCodec(shape);
    RowSize size = new RowSize(codec.types());
    try (SortedFiles files = new SortedFiles(storage, table.path(), columns, options);
        RunPipeline runs = new RunPipeline(files, new RowOrder(columns), size, options.runBytes());
        CopyMeter meter = new CopyMeter(mirror, task, clock, options.progressInterval(), runs)) {
      source.read(new CopyTextParser(codec, meter));
      runs.finish();
      PartManifest copied = PartManifest.of(columns, files.finish());
      if (record(part, copied)) {
        meter.done();
      }
      return copied;
    }
  }

  /** Whether this copy of the part is the one that counts. */
  private boolean record(CopyPart part, PartManifest copied) throws IOException {
    String manifest = copied.write(storage, mirror.mirror(), part);
    Failpoints.reach(Failpoint.COPY_MANIFEST_WRITTEN);
    // When this fails, nobody knows whether it is recorded: then nothing may be deleted.
    Optional<CopyPart> recorded =
        mirror
            .parts()
            .update(
                CopyPart.document(part.oid(), part.seed(), part.part()),
                present ->
                    present.of(task) && !present.done()
                        ? present.finished(copied.rows(), List.of(manifest))
                        : present);
    Failpoints.reach(Failpoint.COPY_PART_RECORDED);
    if (recorded.filter(present -> present.files().contains(manifest)).isPresent()) {
      return true;
    }
    log.info("{}: another copy of part {} counts", table.path(), part.part() + 1);
    SortedFiles.delete(storage, copied.paths(table.path()));
    SortedFiles.delete(storage, List.of(manifest));
    return false;
  }
}
