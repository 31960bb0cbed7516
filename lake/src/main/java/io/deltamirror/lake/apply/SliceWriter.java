package io.deltamirror.lake.apply;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.lake.delta.ChangeCommit;
import io.deltamirror.lake.delta.CommitSummary;
import io.deltamirror.lake.delta.DataFiles;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.WrittenFile;
import io.deltamirror.lake.parquet.DataFileWriter;
import io.deltamirror.lake.parquet.LocatorCache;
import io.deltamirror.lake.parquet.RowFetcher;
import io.deltamirror.lake.parquet.RowLocator;
import io.deltamirror.lake.parquet.RowScanner;
import java.io.IOException;
import java.util.List;

/** Makes a slice a commit: the rows that it deletes, and one data file of new ones. Thread-safe. */
final class SliceWriter {
  private final DataFiles files;
  private final LakeRows lake;
  private final ApplyOptions options;

  SliceWriter(DataFiles files, ApplyOptions options) {
    this.files = files;
    this.options = options;
    LocatorCache cache = new LocatorCache(options.locatorCacheBytes());
    RowFetcher fetcher = new RowFetcher(files, options.reads());
    this.lake =
        new LakeRows(
            new RowFinder(new RowLocator(files, cache, options.reads())),
            fetcher,
            new RowSearch(new RowScanner(files, options.reads()), fetcher, options.memoryBytes()),
            options.memoryBytes());
  }

  /** What a commit made, for the record. */
  record Written(TableVersion version, long bytes) {}

  /** Commits the slice. */
  Written commit(DeltaTable table, Slice slice, CommitSummary summary) throws IOException {
    TableVersion base = slice.base();
    Reduction reduction = slice.reduction();
    Resolution resolution = reduction.resolve(base, lake);
    List<WrittenFile> added = write(table, base.columns(), resolution);
    Failpoints.reach(Failpoint.APPLY_COMMITTING);
    TableVersion version =
        table.commit(
            new ChangeCommit(
                base,
                slice.reached(),
                reduction.truncated(),
                resolution.deleted(),
                added,
                summary));
    Failpoints.reach(Failpoint.APPLY_COMMITTED);
    return new Written(version, added.stream().mapToLong(WrittenFile::length).sum());
  }

  private List<WrittenFile> write(DeltaTable table, TableColumns columns, Resolution resolution)
      throws IOException {
    if (!resolution.addsRows()) {
      return List.of();
    }
    String name = WrittenFile.newName();
    try (DataFileWriter writer =
        new DataFileWriter(
            files.create(table.path(), name),
            columns.parquet(),
            columns.keyNames(),
            options.files())) {
      resolution.write(writer);
      return List.of(WrittenFile.of(name, writer.finish(), columns));
    }
  }
}
