package io.deltamirror.lake.apply;

import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DataFiles;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.WrittenFile;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.DataFileWriter;
import io.deltamirror.lake.parquet.RowScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all rows of a table anew, with other columns: each file by itself, row by row, so that
 * memory does not grow with the table, and sorted files stay so. Thread-safe.
 */
final class FileRewriter {
  private static final Logger LOG = LoggerFactory.getLogger(FileRewriter.class);

  /** Rows between two lines in the log. */
  private static final long REPORT_ROWS = 5_000_000;

  private final LakeStorage storage;
  private final DataFiles files;
  private final ApplyOptions options;
  private final RowScanner scanner;

  FileRewriter(LakeStorage storage, DataFiles files, ApplyOptions options) {
    this.storage = storage;
    this.files = files;
    this.options = options;
    this.scanner = new RowScanner(files, options.reads());
  }

  /**
   * Writes the rows that readers see into new files.
   *
   * @param columns of the new files
   * @param sources index in the base's rows of each of these columns, or -1 for a new one
   * @param filled values of new columns by their index; null in those that are not named
   * @return the new files, not yet part of the table; after a failure there are none
   */
  List<WrittenFile> rewrite(
      DeltaTable table,
      TableVersion base,
      TableColumns columns,
      int[] sources,
      Map<Integer, Object> filled)
      throws IOException {
    List<WrittenFile> written = new ArrayList<>();
    List<String> begun = new ArrayList<>();
    Progress progress = new Progress(table.path(), base.rows());
    try {
      for (LiveFile file : base.files()) {
        if (file.liveRows() > 0) {
          String name = WrittenFile.newName();
          begun.add(name);
          written.add(
              rewrite(table, base, file, new Target(name, columns, sources, filled), progress));
        }
      }
      return written;
    } catch (IOException | RuntimeException e) {
      begun.forEach(name -> discard(table.path() + "/" + name));
      throw e;
    }
  }

  /** What a new file is to hold. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Target(
      String name, TableColumns columns, int[] sources, Map<Integer, Object> filled) {
    Object[] row(Object[] values) {
      Object[] row = new Object[sources.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = sources[i] < 0 ? filled.get(i) : values[sources[i]];
      }
      return row;
    }
  }

  private WrittenFile rewrite(
      DeltaTable table, TableVersion base, LiveFile file, Target target, Progress progress)
      throws IOException {
    RowSet deleted = file.deleted();
    List<DataColumn> read = base.columns().all().stream().map(TableColumn::dataColumn).toList();
    try (DataFileWriter writer =
        new DataFileWriter(
            files.create(table.path(), target.name()),
            target.columns().parquet(),
            target.columns().keyNames(),
            options.files())) {
      scanner.scan(
          file.dataFile(),
          read,
          (position, values) -> {
            if (!deleted.contains(position)) {
              writer.write(target.row(values));
              progress.row();
            }
          });
      return WrittenFile.of(target.name(), writer.finish(), target.columns());
    }
  }

  /** What stays behind is no part of the table, and goes with the upkeep. */
  private void discard(String path) {
    try {
      storage.delete(path);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} stays behind", path, e);
    }
  }

  /** Tells of long work. For one thread. */
  private static final class Progress {
    private final String table;
    private final long all;
    private long done;

    Progress(String table, long all) {
      this.table = table;
      this.all = all;
    }

    void row() {
      done++;
      if (done % REPORT_ROWS == 0) {
        LOG.info("{}: {} of {} rows are written anew", table, done, all);
      }
    }
  }
}
