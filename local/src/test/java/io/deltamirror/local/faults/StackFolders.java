package io.deltamirror.local.faults;

import java.nio.file.Path;

/**
 * Where a {@link MirrorStack} keeps what; each may be a file system of its own.
 *
 * @param lake the Delta tables
 * @param state the state's file
 * @param hubs the hubs' logs
 * @param checkpoints the functions host's
 */
public record StackFolders(Path lake, Path state, Path hubs, Path checkpoints) {
  public static StackFolders in(Path folder) {
    return new StackFolders(
        folder.resolve("lake"),
        folder.resolve("state"),
        folder.resolve("hubs"),
        folder.resolve("checkpoints"));
  }

  public StackFolders withLake(Path other) {
    return new StackFolders(other, state, hubs, checkpoints);
  }

  public StackFolders withState(Path other) {
    return new StackFolders(lake, other, hubs, checkpoints);
  }

  public StackFolders withHubs(Path other) {
    return new StackFolders(lake, state, other, checkpoints);
  }

  Path stateFile() {
    return state.resolve("mirror.db");
  }
}
