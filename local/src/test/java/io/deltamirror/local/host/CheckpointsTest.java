package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final Trigger.Hub CHANGES = new Trigger.Hub("changes", "$Default", "secret");

  @TempDir private Path folder;

  @Test
  void lastOneWrittenIsReadByTheNextProcess() {
    new Checkpoints(folder).write(CHANGES, "0", 41);
    new Checkpoints(folder).write(CHANGES, "0", 42);

    assertThat(new Checkpoints(folder).read(CHANGES, "0")).hasValue(42);
  }

  @Test
  void hubsGroupsAndPartitionsAreApart() {
    Checkpoints checkpoints = new Checkpoints(folder);
    checkpoints.write(CHANGES, "0", 1);
    checkpoints.write(CHANGES, "1", 2);
    checkpoints.write(new Trigger.Hub("changes", "other", "secret"), "0", 3);
    checkpoints.write(new Trigger.Hub("copy-tasks", "$Default", "secret"), "0", 4);

    assertThat(checkpoints.read(CHANGES, "0")).hasValue(1);
    assertThat(checkpoints.read(CHANGES, "1")).hasValue(2);
    assertThat(checkpoints.read(CHANGES, "2")).isEmpty();
  }

  @Test
  void damagedOneIsAsNone() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder);
    checkpoints.write(CHANGES, "0", 1);
    Files.writeString(folder.resolve("changes/$Default/0.json"), "{\"sequ");

    assertThat(checkpoints.read(CHANGES, "0")).isEmpty();
  }
}
