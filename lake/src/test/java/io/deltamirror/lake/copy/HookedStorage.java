package io.deltamirror.lake.copy;

import io.deltamirror.core.storage.LakeOutput;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.util.List;

/** A lake in which something happens right before or after a file of a certain kind is created. */
final class HookedStorage implements LakeStorage {
  /** What happens. */
  @FunctionalInterface
  interface Hook {
    void run() throws Exception;
  }

  private final LakeStorage lake;
  private final String kind;
  private Hook before = () -> {};
  private Hook after = () -> {};

  /**
   * @param kind what the paths of these files contain
   */
  HookedStorage(LakeStorage lake, String kind) {
    this.lake = lake;
    this.kind = kind;
  }

  /** Happens once. */
  HookedStorage before(Hook hook) {
    before = hook;
    return this;
  }

  /** Happens once. */
  HookedStorage after(Hook hook) {
    after = hook;
    return this;
  }

  @Override
  public void create(String path, byte[] content) throws IOException {
    boolean hooked = path.contains(kind);
    if (hooked) {
      runBefore();
    }
    lake.create(path, content);
    if (hooked) {
      Hook hook = after;
      after = () -> {};
      run(hook);
    }
  }

  @Override
  public LakeOutput write(String path) throws IOException {
    if (path.contains(kind)) {
      runBefore();
    }
    return lake.write(path);
  }

  private void runBefore() throws IOException {
    Hook hook = before;
    before = () -> {};
    run(hook);
  }

  private static void run(Hook hook) throws IOException {
    try {
      hook.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String root() {
    return lake.root();
  }

  @Override
  public LakeFile stat(String path) throws IOException {
    return lake.stat(path);
  }

  @Override
  public byte[] read(String path) throws IOException {
    return lake.read(path);
  }

  @Override
  public void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    lake.readFully(path, position, into, offset, length);
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    lake.replace(path, content);
  }

  @Override
  public List<LakeFile> list(String folder, String after) throws IOException {
    return lake.list(folder, after);
  }

  @Override
  public void delete(String path) throws IOException {
    lake.delete(path);
  }

  @Override
  public void deleteFolder(String path) throws IOException {
    lake.deleteFolder(path);
  }
}
