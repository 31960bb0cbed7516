package io.deltamirror.lake.copy;

import io.deltamirror.lake.delta.DataFiles;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.WrittenFile;
import io.deltamirror.lake.parquet.DataFileWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes runs of rows into data files of a table's folder, each file sorted by key: a run that goes
 * on where the one before ended is added to its file, up to the wanted number of rows; any other is
 * sorted and begins a file. For one thread at a time.
 */
final class SortedFiles implements Closeable {
  private final DataFiles files;
  private final String folder;
  private final TableColumns columns;
  private final CopyOptions options;
  private final List<String> begun = new ArrayList<>();
  private final List<WrittenFile> written = new ArrayList<>();
  private DataFileWriter open;
  private Object[] last;

  /**
   * @param folder of the table, in the lake
   */
  SortedFiles(DataFiles files, String folder, TableColumns columns, CopyOptions options) {
    this.files = files;
    this.folder = folder;
    this.columns = columns;
    this.options = options;
  }

  /** Writes a run of at least one row; it must not be used afterwards. */
  void write(RowRun run) throws IOException {
    if (open != null && !run.continues(last)) {
      endFile();
    }
    for (Object[] row : run.sorted()) {
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
  }

  /** Ends the last file and describes all of them; none when there were no rows. */
  List<WrittenFile> finish() throws IOException {
    if (open != null) {
      endFile();
    }
    return List.copyOf(written);
  }

  /** Paths of all files that were begun. */
  List<String> paths() {
    return begun.stream().map(name -> folder + "/" + name).toList();
  }

  /** Gives up the file that is not finished, if any. */
  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
    }
  }
}
