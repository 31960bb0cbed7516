package io.deltamirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLakeStorageTest extends LakeStorageContract {
  @TempDir private Path folder;

  @Override
  LakeStorage open() throws IOException {
    return new LocalLakeStorage(folder.resolve("lake"));
  }

  @Test
  void aFileThatCouldNotBeWrittenWholeNeverAppears() throws IOException {
    LakeStorage lake = open();
    LakeOutput out = lake.write("t/file");
    out.write(new byte[2_000_000]);
    // The folder goes away beneath it: the last step cannot succeed.
    try (var files = Files.list(folder.resolve("lake/t"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder.resolve("lake/t"));
    assertThatThrownBy(out::close).isInstanceOf(IOException.class);
    assertThat(lake.list("", "")).isEmpty();
  }
}
