package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableColumns;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one part of a table into data files, and records them as the part's result. What it wrote
 * without getting to record it is deleted again, as far as that is possible. For one use.
 */
final class PartCopy {
  private static final Logger log = LoggerFactory.getLogger(PartCopy.class);

  private final MirrorState mirror;
  private final CopyTask task;
  private final LakeStorage storage;
  private final DeltaTables tables;
  private final CopyOptions options;
  private final Clock clock;
  private final List<String> unrecorded = new ArrayList<>();

  PartCopy(
      MirrorState mirror,
      CopyTask task,
      LakeStorage storage,
      DeltaTables tables,
      CopyOptions options,
      Clock clock) {
    this.mirror = mirror;
    this.task = task;
    this.storage = storage;
    this.tables = tables;
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
    try (PartSource source =
        PartSource.open(
            session, shape, part, task.snapshotName(), snapshot.visible(), options.lockTimeout())) {
      DeltaTable table = tables.of(shape.name());
      // What another process committed counts too: all parts must come to the same columns.
      table.reload();
      TableColumns columns = table.plan(shape, snapshot);
      long started = clock.millis();
      PartManifest copied = copy(source, shape, table.path(), columns);
      record(part, copied);
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
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the copy of " + shape.name() + " cannot be written", e);
    } finally {
      unrecorded.forEach(this::delete);
    }
  }

  private PartManifest copy(
      PartSource source, TableSchema shape, String folder, TableColumns columns)
      throws IOException {
    RowCodec codec = new RowCodec(shape);
    SortedFiles files = new SortedFiles(tables.files(), folder, columns, options);
    CopyMeter meter = null;
    boolean done = false;
    try (files;
        RunPipeline pipeline =
            new RunPipeline(
                files, columns.rowOrder(), new RowSize(codec.types()), options.runBytes())) {
      meter = new CopyMeter(mirror, task, clock, options.progressInterval(), pipeline);
      meter.record();
      source.read(new CopyTextParser(codec, meter));
      pipeline.finish();
      PartManifest copied = PartManifest.of(columns, files.finish());
      meter.done();
      done = true;
      return copied;
    } finally {
      unrecorded.addAll(files.paths());
      if (!done && meter != null) {
        meter.undo();
      }
    }
  }

  private void record(CopyPart part, PartManifest copied) throws IOException {
    String manifest = copied.write(storage, mirror.mirror(), part);
    List<String> files = List.of(manifest);
    List<String> written = List.copyOf(unrecorded);
    // From here on nobody knows whether they are recorded, unless the answer says so.
    unrecorded.clear();
    Optional<CopyPart> recorded =
        mirror
            .parts()
            .update(
                CopyPart.document(part.oid(), part.seed(), part.part()),
                present ->
                    present.of(task) && !present.done()
                        ? present.finished(copied.rows(), files)
                        : present);
    if (recorded.filter(present -> present.files().equals(files)).isEmpty()) {
      log.info("{}: part {} was copied by someone else too", part.oid(), part.part());
      unrecorded.addAll(written);
      unrecorded.add(manifest);
    }
  }

  private void delete(String path) {
    try {
      storage.delete(path);
    } catch (IOException | RuntimeException e) {
      log.warn("{} stays behind, part of no table", path, e);
    }
  }
}
