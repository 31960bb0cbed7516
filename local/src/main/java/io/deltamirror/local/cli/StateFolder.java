package io.deltamirror.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the state that belongs to a lake on this machine: beside the tables by default, or where
 * the last run was told to put it, which a small file in the lake remembers.
 */
final class StateFolder {
  private final Path own;
  private final Path pointer;

  StateFolder(Path lake) {
    this.own = lake.toAbsolutePath().resolve("Files/_delta-mirror/state");
    this.pointer = own.resolveSibling("state-folder");
  }

  Path resolve(Optional<Path> chosen) {
    if (chosen.isPresent()) {
      return chosen.get().toAbsolutePath();
    }
    try {
      return Files.exists(pointer) ? Path.of(Files.readString(pointer).strip()) : own;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + pointer, e);
    }
  }

  /** Remembers where the state of the lake is. */
  void remember(Path state) throws IOException {
    Files.createDirectories(pointer.getParent());
    if (state.equals(own)) {
      Files.deleteIfExists(pointer);
    } else {
      Files.write(pointer, (state + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
