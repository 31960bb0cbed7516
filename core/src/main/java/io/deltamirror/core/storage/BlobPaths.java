package io.deltamirror.core.storage;

import java.util.Optional;

/**
 * Paths of a lake as names of blobs: below a prefix of a container.
 *
 * @param prefix empty, or ending in {@code /}
 */
record BlobPaths(String prefix) {
  private static final int LONGEST_NAME = 1024;

  static BlobPaths below(String folder) {
    return new BlobPaths(folder.isEmpty() ? "" : folder + "/");
  }

  /**
   * The blob of a file or a folder.
   *
   * @throws IllegalArgumentException for a path that leaves the root, or that no file can have
   */
  String name(String path) {
    String name = prefix + path;
    if (!isPath(path) || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a path outside the lake");
    }
    return name;
  }

  /** What the names of all files of a folder start with. */
  String namesOf(String folder) {
    return folder.isEmpty() ? prefix : name(folder) + "/";
  }

  /**
   * The path of a blob below the prefix; empty where it is none that a file of the lake can have.
   */
  Optional<String> path(String name) {
    return Optional.of(name.substring(prefix.length())).filter(BlobPaths::isPath);
  }

  /** Whether names between slashes are there, and none that stands for another place. */
  static boolean isPath(String path) {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return path.chars().noneMatch(c -> c < ' ' || c == '\\' || c == 0x7F);
  }
}
