package io.deltamirror.core.storage;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The lake in a folder of the local file system. A file is written beside its place under a name
 * that listings leave out, then linked or renamed, which the file system does in one step.
 */
public final class LocalLakeStorage implements LakeStorage {
  private static final String UNFINISHED = ".unfinished-";
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path root;

  /** Makes the folder where it is missing. */
  public LocalLakeStorage(Path root) throws IOException {
    this.root = Files.createDirectories(root.toAbsolutePath().normalize());
  }

  @Override
  public String root() {
    return root.toString();
  }

  private Path resolve(String path) {
    Path resolved = root.resolve(path).normalize();
    if (!resolved.startsWith(root) || path.startsWith("/")) {
      throw new IllegalArgumentException("a path outside the lake");
    }
    return resolved;
  }

  @Override
  public LakeFile stat(String path) throws IOException {
    Path file = resolve(path);
    return new LakeFile(path, Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }

  @Override
  public byte[] read(String path) throws IOException {
    return Files.readAllBytes(resolve(path));
  }

  @Override
  public void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    try (FileChannel file = FileChannel.open(resolve(path))) {
      ByteBuffer target = ByteBuffer.wrap(into, offset, length);
      long at = position;
      while (target.hasRemaining()) {
        int n = file.read(target, at);
        if (n < 0) {
          throw new EOFException(path + " ends before " + (position + length));
        }
        at += n;
      }
    }
  }

  @Override
  public void create(String path, byte[] content) throws IOException {
    Path target = resolve(path);
    Path unfinished = unfinished(target);
    try {
      Failpoints.reachIo(Failpoint.LAKE_CREATING);
      Files.write(unfinished, content);
      // A hard link fails when the name is taken, where a rename would replace.
      Files.createLink(target, unfinished);
      Failpoints.reachIo(Failpoint.LAKE_CREATED);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(path);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    try (LakeOutput out = write(path)) {
      out.write(content);
    }
  }

  @Override
  public LakeOutput write(String path) throws IOException {
    Path target = resolve(path);
    return new LocalOutput(unfinished(target), target);
  }

  private static Path unfinished(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    return target.resolveSibling(UNFINISHED + UUID.randomUUID());
  }

  @Override
  public List<LakeFile> list(String folder, String after) throws IOException {
    Path start = resolve(folder);
    try (Stream<Path> files = Files.walk(start)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith(UNFINISHED))
          .map(file -> root.relativize(file).toString())
          .filter(path -> path.compareTo(after) > 0)
          .sorted()
          .flatMap(this::regularFile)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return list(folder, after); // a file went while we walked
      }
      throw e.getCause();
    }
  }

  private Stream<LakeFile> regularFile(String path) {
    try {
      return Files.isRegularFile(resolve(path)) ? Stream.of(stat(path)) : Stream.empty();
    } catch (NoSuchFileException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Failpoints.reachIo(Failpoint.LAKE_DELETING);
    Files.deleteIfExists(resolve(path));
  }

  @Override
  public void deleteFolder(String path) throws IOException {
    Path folder = resolve(path);
    if (!Files.exists(folder)) {
      return;
    }
    Failpoints.reachIo(Failpoint.LAKE_DELETING);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static final class LocalOutput extends LakeOutput {
    private final Path unfinished;
    private final Path target;
    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long position;
    private boolean ended;
    private boolean broken;

    LocalOutput(Path unfinished, Path target) throws IOException {
      this.unfinished = unfinished;
      this.target = target;
      this.file =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      if (!buffer.hasRemaining()) {
        drain();
      }
      buffer.put((byte) b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        if (!buffer.hasRemaining()) {
          drain();
        }
        int n = Math.min(buffer.remaining(), length - done);
        buffer.put(bytes, offset + done, n);
        done += n;
      }
      position += length;
    }

    private void drain() throws IOException {
      // Set aside until it went well: a file that could not be written whole must never appear.
      boolean before = broken;
      broken = true;
      buffer.flip();
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      buffer.clear();
      broken = before;
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        return;
      }
      if (broken) {
        abort();
        return;
      }
      ended = true;
      try {
        Failpoints.reachIo(Failpoint.LAKE_CLOSING);
        drain();
        file.close();
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        Failpoints.reachIo(Failpoint.LAKE_CLOSED);
      } finally {
        file.close();
        Files.deleteIfExists(unfinished);
      }
    }

    @Override
    public void abort() throws IOException {
      ended = true;
      file.close();
      Files.deleteIfExists(unfinished);
    }
  }
}
