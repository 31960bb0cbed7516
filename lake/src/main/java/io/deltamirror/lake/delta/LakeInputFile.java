package io.deltamirror.lake.delta;

import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;

/** A file of the lake for Kernel to read. */
final class LakeInputFile implements InputFile {
  private final LakeStorage storage;
  private final String path;
  private final long knownLength;

  /**
   * @param knownLength bytes, or not positive when not known
   */
  LakeInputFile(LakeStorage storage, String path, long knownLength) {
    this.storage = storage;
    this.path = path;
    this.knownLength = knownLength;
  }

  @Override
  public long length() throws IOException {
    return knownLength > 0 ? knownLength : LakeFileIO.reading(() -> storage.stat(path).length());
  }

  @Override
  public String path() {
    return LakeFileIO.kernelPath(path);
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    return new LakeInputStream(storage, path, length());
  }
}
