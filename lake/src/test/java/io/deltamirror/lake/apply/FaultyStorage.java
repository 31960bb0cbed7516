package io.deltamirror.lake.apply;

import io.deltamirror.core.storage.LakeOutput;
import io.deltamirror.core.storage.LakeStorage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;

/** A lake that fails at commits of Delta logs as a test wants it to. */
final class FaultyStorage implements LakeStorage {
  /** What goes wrong with a commit. */
  enum Fault {
    NONE,
    /** Nothing is written. */
    REFUSED,
    /** It is written, but the answer is lost. */
    ANSWER_LOST,
    /** It is written, the answer is lost, and the client's own retry finds the file. */
    RETRIED,
    /** It is written, the answer is lost, and the lake stays away until it is healed. */
    WRITTEN_THEN_AWAY
  }

  private final LakeStorage storage;
  private Fault next = Fault.NONE;
  private int commitsLeft = Integer.MAX_VALUE;
  private boolean away;
  private boolean noCheckpoints;

  FaultyStorage(LakeStorage storage) {
    this.storage = storage;
  }

  /** The next commit goes wrong in this way. */
  void failNextCommit(Fault fault) {
    next = fault;
  }

  /** From the n-th commit on, counted from 1, all are refused. */
  void failCommitsFrom(int first) {
    commitsLeft = first - 1;
  }

  /** No checkpoint can be written from now on. */
  void failCheckpoints() {
    noCheckpoints = true;
  }

  void heal() {
    away = false;
    commitsLeft = Integer.MAX_VALUE;
  }

  @Override
  public void create(String path, byte[] content) throws IOException {
    if (!path.contains("/_delta_log/") || !path.endsWith(".json")) {
      storage.create(path, content);
      return;
    }
    Fault fault = commitsLeft-- > 0 ? next : Fault.REFUSED;
    next = Fault.NONE;
    if (fault == Fault.REFUSED) {
      throw new IOException("refused");
    }
    storage.create(path, content);
    if (fault == Fault.ANSWER_LOST) {
      throw new IOException("no answer");
    }
    if (fault == Fault.RETRIED) {
      throw new FileAlreadyExistsException(path);
    }
    if (fault == Fault.WRITTEN_THEN_AWAY) {
      away = true;
      throw new IOException("no answer");
    }
  }

  private void reach() throws IOException {
    if (away) {
      throw new IOException("away");
    }
  }

  @Override
  public String root() {
    return storage.root();
  }

  @Override
  public LakeFile stat(String path) throws IOException {
    reach();
    return storage.stat(path);
  }

  @Override
  public byte[] read(String path) throws IOException {
    reach();
    return storage.read(path);
  }

  @Override
  public void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    reach();
    storage.readFully(path, position, into, offset, length);
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    storage.replace(path, content);
  }

  @Override
  public LakeOutput write(String path) throws IOException {
    if (noCheckpoints && path.contains(".checkpoint.")) {
      throw new IOException("refused");
    }
    return storage.write(path);
  }

  @Override
  public List<LakeFile> list(String folder, String after) throws IOException {
    reach();
    return storage.list(folder, after);
  }

  @Override
  public void delete(String path) throws IOException {
    storage.delete(path);
  }

  @Override
  public void deleteFolder(String path) throws IOException {
    storage.deleteFolder(path);
  }
}
