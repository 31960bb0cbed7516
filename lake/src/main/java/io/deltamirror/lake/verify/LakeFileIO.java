package io.deltamirror.lake.verify;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Delta Kernel's way to the files of the lake, for reading only. To Kernel a path of the lake is a
 * URI {@code lake:/path}. Thread-safe.
 */
final class LakeFileIO implements FileIO {
  private static final String SCHEME = "lake:/";

  private final LakeStorage storage;

  LakeFileIO(LakeStorage storage) {
    this.storage = storage;
  }

  /** A path of the lake as Kernel names it. */
  static String uri(String path) {
    return SCHEME + path;
  }

  private static String path(String uri) {
    if (!uri.startsWith(SCHEME)) {
      throw new IllegalArgumentException("not a path of the lake: " + uri);
    }
    return uri.substring(SCHEME.length());
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String uri) throws IOException {
    String from = path(uri);
    String folder = from.substring(0, from.lastIndexOf('/'));
    // The storage lists what is behind a path: one that is a character shorter is just before it.
    List<LakeFile> files = storage.list(folder, from.substring(0, from.length() - 1));
    if (files.isEmpty() && storage.list(folder, "").isEmpty()) {
      throw new FileNotFoundException(uri);
    }
    return new Statuses(
        files.stream()
            .filter(file -> file.path().compareTo(from) >= 0)
            .filter(file -> file.path().indexOf('/', folder.length() + 1) < 0)
            .map(LakeFileIO::status)
            .iterator());
  }

  @Override
  public FileStatus getFileStatus(String uri) throws IOException {
    try {
      return status(storage.stat(path(uri)));
    } catch (NoSuchFileException e) {
      throw missing(uri, e);
    }
  }

  private static FileStatus status(LakeFile file) {
    return FileStatus.of(uri(file.path()), file.length(), file.modifiedMillis());
  }

  /** Kernel knows a missing file by this exception only. */
  private static FileNotFoundException missing(String uri, NoSuchFileException cause) {
    FileNotFoundException missing = new FileNotFoundException(uri);
    missing.initCause(cause);
    return missing;
  }

  @Override
  public String resolvePath(String uri) {
    return uri;
  }

  @Override
  public InputFile newInputFile(String uri, long size) {
    return new LakeInput(uri, size);
  }

  @Override
  public Optional<String> getConf(String key) {
    return Optional.empty();
  }

  @Override
  public OutputFile newOutputFile(String uri) {
    throw readOnly();
  }

  @Override
  public boolean mkdirs(String uri) {
    throw readOnly();
  }

  @Override
  public boolean delete(String uri) {
    throw readOnly();
  }

  @Override
  public void copyFileAtomically(String from, String to, boolean overwrite) {
    throw readOnly();
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("verification writes nothing into the lake");
  }

  private final class LakeInput implements InputFile {
    private final String uri;
    private final long size;

    LakeInput(String uri, long size) {
      this.uri = uri;
      this.size = size;
    }

    @Override
    public long length() throws IOException {
      // Kernel passes the size that the log or a listing says, or none of any file.
      return size > 0 ? size : getFileStatus(uri).getSize();
    }

    @Override
    public String path() {
      return uri;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      return new LakeInputStream(storage, LakeFileIO.path(uri), length());
    }
  }

  private record Statuses(Iterator<FileStatus> files) implements CloseableIterator<FileStatus> {
    @Override
    public boolean hasNext() {
      return files.hasNext();
    }

    @Override
    public FileStatus next() {
      return files.next();
    }

    @Override
    public void close() {}
  }
}
