package io.deltamirror.lake.delta;

import io.deltamirror.core.storage.LakeOutput;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.parquet.DataFile;
import io.deltamirror.lake.parquet.FileBytes;
import io.deltamirror.lake.parquet.FileOpener;
import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** Data files of the lake, by their path in it, for Parquet to read and write. Thread-safe. */
public final class DataFiles implements FileOpener {
  private final LakeStorage storage;

  public DataFiles(LakeStorage storage) {
    this.storage = storage;
  }

  @Override
  public FileBytes open(DataFile file) {
    return (position, into, offset, length) ->
        storage.readFully(file.path(), position, into, offset, length);
  }

  /**
   * A new file.
   *
   * @param table the table's folder
   * @param name as {@link WrittenFile#newName} gave it
   */
  public OutputFile create(String table, String name) {
    return new NewFile(table + "/" + name);
  }

  private final class NewFile implements OutputFile {
    private final String path;

    NewFile(String path) {
      this.path = path;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
      return new Positioned(storage.write(path));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class Positioned extends PositionOutputStream {
    private final LakeOutput out;

    Positioned(LakeOutput out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return out.position();
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
