package io.deltamirror.core.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;

/**
 * The files of the lake. Paths are relative to its root, with {@code /} between names and none at
 * either end; a path that leaves the root is refused with {@link IllegalArgumentException}.
 *
 * <p>A file appears whole or not at all, and is never changed afterwards except by {@link
 * #replace}. Implementations are safe for any number of threads. {@link
 * java.io.FileNotFoundException} or {@link java.nio.file.NoSuchFileException} says that a file is
 * missing; any other {@link IOException} may pass.
 */
public interface LakeStorage {
  /**
   * A file of the lake.
   *
   * @param length bytes
   * @param modifiedMillis milliseconds since 1970 UTC
   */
  record LakeFile(String path, long length, long modifiedMillis) {}

  /** Where the lake is, as people name it. */
  String root();

  LakeFile stat(String path) throws IOException;

  /** The whole file. */
  byte[] read(String path) throws IOException;

  /**
   * Reads a range, all of it.
   *
   * @throws java.io.EOFException when the file ends before
   */
  void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException;

  /**
   * Writes a small file that must not be there yet: of several writers at once exactly one
   * succeeds.
   *
   * @throws FileAlreadyExistsException when it is there
   */
  void create(String path, byte[] content) throws IOException;

  /** Writes a small file over whatever is there. */
  void replace(String path, byte[] content) throws IOException;

  /** Starts a large file; it appears when it is closed, over whatever is there. */
  LakeOutput write(String path) throws IOException;

  /**
   * Files below a folder, at any depth, in the order of their paths (by UTF-16 code unit); empty
   * where there is no such folder.
   *
   * @param folder a folder's path, or empty for the root
   * @param after only paths behind this one; empty for all
   */
  List<LakeFile> list(String folder, String after) throws IOException;

  /** Removes a file; nothing happens when it is not there. */
  void delete(String path) throws IOException;

  /** Removes a folder with all that is in it. */
  void deleteFolder(String path) throws IOException;
}
