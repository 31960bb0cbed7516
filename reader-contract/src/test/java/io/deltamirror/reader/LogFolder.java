package io.deltamirror.reader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The {@code _delta_log} of a table, read as the plain JSON that it is. */
final class LogFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path log;

  LogFolder(Path table) {
    this.log = table.resolve("_delta_log");
  }

  /** The latest version, -1 when there is no table. */
  long latestVersion() {
    return versions("\\d{20}\\.json").max().orElse(-1);
  }

  /** The version of the latest checkpoint, -1 when there is none. */
  long latestCheckpoint() {
    return versions("\\d{20}\\.checkpoint.*\\.parquet").max().orElse(-1);
  }

  private LongStream versions(String pattern) {
    return names().stream()
        .filter(name -> name.matches(pattern))
        .mapToLong(name -> Long.parseLong(name.substring(0, 20)));
  }

  private List<String> names() {
    if (!Files.isDirectory(log)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(log)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All actions of a kind ({@code add}, {@code metaData}, …) in the commits, oldest first. */
  List<JsonNode> actions(String kind) throws IOException {
    List<JsonNode> actions = new ArrayList<>();
    for (String name : names().stream().filter(n -> n.endsWith(".json")).sorted().toList()) {
      for (String line : Files.readAllLines(log.resolve(name))) {
        JsonNode action = JSON.readTree(line).path(kind);
        if (action.isObject()) {
          actions.add(action);
        }
      }
    }
    return actions;
  }

  /** Removes the commits that a checkpoint sums up: what is left must do without them. */
  void removeCommitsBefore(long checkpoint) throws IOException {
    for (String name : names()) {
      if (name.matches("\\d{20}\\.(json|crc)")
          && Long.parseLong(name.substring(0, 20)) <= checkpoint) {
        Files.delete(log.resolve(name));
      }
    }
  }
}
