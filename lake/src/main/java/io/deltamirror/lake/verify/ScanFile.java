package io.deltamirror.lake.verify;

import io.delta.kernel.data.Row;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.net.URI;
import java.util.NoSuchElementException;

/** A row of {@code Scan.getScanFiles}, whose shape that method's documentation gives. */
final class ScanFile {
  private ScanFile() {}

  /** The data file, as the only element. */
  static CloseableIterator<FileStatus> status(Row scanFile) {
    Row add = scanFile.getStruct(scanFile.getSchema().indexOf("add"));
    String root = scanFile.getString(scanFile.getSchema().indexOf("tableRoot"));
    // Both are URIs (RFC 2396), whose escapes are not part of a file's name.
    String folder = URI.create(root).getPath();
    URI file = URI.create(add.getString(add.getSchema().indexOf("path")));
    if (file.isAbsolute()) {
      throw new CannotTellException("its data files are outside of its folder");
    }
    return new One(
        FileStatus.of(
            LakeFileIO.uri(folder.substring(1) + "/" + file.getPath()),
            add.getLong(add.getSchema().indexOf("size")),
            add.getLong(add.getSchema().indexOf("modificationTime"))));
  }

  private static final class One implements CloseableIterator<FileStatus> {
    private FileStatus file;

    One(FileStatus file) {
      this.file = file;
    }

    @Override
    public boolean hasNext() {
      return file != null;
    }

    @Override
    public FileStatus next() {
      if (file == null) {
        throw new NoSuchElementException();
      }
      FileStatus only = file;
      file = null;
      return only;
    }

    @Override
    public void close() {}
  }
}
