package io.deltamirror.lake.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The lake as Kernel's file system. Kernel's paths are those of the lake behind a slash.
 * Thread-safe.
 */
final class LakeFileIO implements FileIO {
  private final LakeStorage storage;
  private final BooleanSupplier givenUp;

  LakeFileIO(LakeStorage storage) {
    this(storage, () -> false);
  }

  /**
   * @param givenUp asked when an output is closed: whether what was written to it must not appear
   */
  LakeFileIO(LakeStorage storage, BooleanSupplier givenUp) {
    this.storage = storage;
    this.givenUp = givenUp;
  }

  static String kernelPath(String lakePath) {
    return "/" + lakePath;
  }

  static String lakePath(String kernelPath) {
    return kernelPath.startsWith("/") ? kernelPath.substring(1) : kernelPath;
  }

  /** Something that is read from the lake. */
  interface Reading<T> {
    T read() throws IOException;
  }

  /** Kernel knows a missing file by one of the two exceptions that the lake may use for it. */
  static <T> T reading(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (NoSuchFileException e) {
      throw (FileNotFoundException) new FileNotFoundException(e.getFile()).initCause(e);
    }
  }

  private static FileStatus status(LakeFile file) {
    return FileStatus.of(kernelPath(file.path()), file.length(), file.modifiedMillis());
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    String from = lakePath(path);
    String folder = from.substring(0, from.lastIndexOf('/'));
    // The storage lists what is behind a path; what is one character shorter is before it.
    List<LakeFile> files = storage.list(folder, from.substring(0, from.length() - 1));
    if (files.isEmpty()) {
      throw new FileNotFoundException(from);
    }
    return Utils.toCloseableIterator(
        files.stream()
            .filter(file -> file.path().compareTo(from) >= 0)
            .filter(file -> file.path().lastIndexOf('/') == folder.length())
            .map(LakeFileIO::status)
            .iterator());
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return reading(() -> status(storage.stat(lakePath(path))));
  }

  @Override
  public String resolvePath(String path) {
    return path;
  }

  @Override
  public boolean mkdirs(String path) {
    return true; // folders come with their files
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return new LakeInputFile(storage, lakePath(path), size);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new LakeOutputFile(storage, lakePath(path), givenUp);
  }

  @Override
  public boolean delete(String path) throws IOException {
    storage.delete(lakePath(path));
    return true;
  }

  @Override
  public Optional<String> getConf(String key) {
    // Kernel's checkpoints are uncompressed unless told otherwise, ten times the size.
    return key.equals("parquet.compression") ? Optional.of("snappy") : Optional.empty();
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    byte[] content = reading(() -> storage.read(lakePath(source)));
    if (overwrite) {
      storage.replace(lakePath(target), content);
    } else {
      storage.create(lakePath(target), content);
    }
  }
}
