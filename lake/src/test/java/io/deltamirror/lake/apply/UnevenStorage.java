package io.deltamirror.lake.apply;

import io.deltamirror.core.storage.LakeOutput;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A lake whose calls take now shorter, now longer, so that two processes meet everywhere. */
final class UnevenStorage implements LakeStorage {
  private final LakeStorage storage;
  private final Random random;

  UnevenStorage(LakeStorage storage, Random random) {
    this.storage = storage;
    this.random = random;
  }

  private LakeStorage now() {
    if (random.nextInt(4) == 0) {
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(3_000)));
    }
    return storage;
  }

  @Override
  public String root() {
    return storage.root();
  }

  @Override
  public LakeFile stat(String path) throws IOException {
    return now().stat(path);
  }

  @Override
  public byte[] read(String path) throws IOException {
    return now().read(path);
  }

  @Override
  public void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    now().readFully(path, position, into, offset, length);
  }

  @Override
  public void create(String path, byte[] content) throws IOException {
    now().create(path, content);
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    now().replace(path, content);
  }

  @Override
  public LakeOutput write(String path) throws IOException {
    return now().write(path);
  }

  @Override
  public List<LakeFile> list(String folder, String after) throws IOException {
    return now().list(folder, after);
  }

  @Override
  public void delete(String path) throws IOException {
    now().delete(path);
  }

  @Override
  public void deleteFolder(String path) throws IOException {
    now().deleteFolder(path);
  }
}
