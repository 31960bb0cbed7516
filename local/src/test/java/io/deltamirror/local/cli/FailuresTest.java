package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong, it is no answer: exit code 1 is for differences alone. */
class FailuresTest {
  @TempDir Path folder;

  @Test
  void aLakeThatCannotBeOpenedIsNoDifference() throws Exception {
    Path state = Files.createDirectories(folder.resolve("state"));
    Files.createFile(state.resolve("mirror.db"));
    Path lake = Files.createFile(folder.resolve("lake"));

    Commands commands = Commands.run("status", "--lake", lake.toString(), "--state", state + "");

    assertThat(commands.exitCode()).as(commands.err()).isEqualTo(2);
    assertThat(commands.err()).contains("STORAGE_UNAVAILABLE").contains("What to do:");
  }

  @Test
  void norIsWhatNobodyExpected() throws Exception {
    Path pointer = folder.resolve("Files/_delta-mirror/state-folder");
    Files.createDirectories(pointer); // a folder where a file should be

    Commands commands = Commands.run("status", "--lake", folder.toString());

    assertThat(commands.exitCode()).as(commands.err()).isEqualTo(2);
  }
}
