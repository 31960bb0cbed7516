package io.deltamirror.lake.copy;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DataFiles;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.WrittenFile;
import io.deltamirror.lake.parquet.DataFileWriter;
import io.deltamirror.lake.parquet.KeyOrder;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes runs of rows into data files of a table's folder, each file sorted by key: a run that,
 * sorted, goes on where the one before ended is added to its file, up to the wanted number of rows;
 * any other begins a file. For one thread at a time.
 */
final class SortedFiles implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(SortedFiles.class);

  private final LakeStorage storage;
  private final DataFiles files;
  private final String folder;
  private final TableColumns columns;
  private final KeyOrder order;
  private final CopyOptions options;
  private final List<String> begun = new ArrayList<>();
  private final List<WrittenFile> written = new ArrayList<>();
  private DataFileWriter open;
  private Object[] last;
  private boolean finished;

  /**
   * @param folder of the table, in the lake
   */
  SortedFiles(LakeStorage storage, String folder, TableColumns columns, CopyOptions options) {
    this.storage = storage;
    this.files = new DataFiles(storage);
    this.folder = folder;
    this.columns = columns;
    this.order = columns.rowOrder();
    this.options = options;
  }

  /** Writes a run of at least one row; it must not be used afterwards. */
  void write(RowRun run) throws IOException {
    List<Object[]> rows = run.sorted();
    if (open != null && order.compare(last, rows.get(0)) > 0) {
      endFile();
    }
    for (Object[] row : rows) {
      if (open != null && open.rows() >= options.rowsPerFile()) {
        endFile();
      }
      if (open == null) {
        beginFile();
      }
      open.write(row);
      last = row;
    }
  }

  private void beginFile() throws IOException {
    String name = WrittenFile.newName();
    begun.add(name);
    open =
        new DataFileWriter(
            files.create(folder, name), columns.parquet(), columns.keyNames(), options.dataFiles());
  }

  private void endFile() throws IOException {
    written.add(WrittenFile.of(begun.get(begun.size() - 1), open.finish(), columns));
    open = null;
    Failpoints.reach(Failpoint.COPY_FILE_WRITTEN);
  }

  /** Ends the last file and describes all of them, none where there were no rows. */
  List<WrittenFile> finish() throws IOException {
    if (open != null) {
      endFile();
    }
    finished = true;
    return List.copyOf(written);
  }

  /** Gives up and deletes what was written, unless it is finished. */
  @Override
  public void close() throws IOException {
    if (finished) {
      return;
    }
    if (open != null) {
      open.close();
    }
    delete(storage, begun.stream().map(name -> folder + "/" + name).toList());
  }

  /** Deletes files as far as that is possible; what stays behind is part of no table. */
  static void delete(LakeStorage storage, List<String> paths) {
    for (String path : paths) {
      try {
        storage.delete(path);
      } catch (IOException e) {
        log.warn("{} could not be deleted, it is part of no table", path, e);
      }
    }
  }
}
