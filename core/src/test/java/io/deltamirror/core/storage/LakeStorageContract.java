package io.deltamirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link LakeStorage} must do. */
abstract class LakeStorageContract {
  private LakeStorage lake;

  /** An empty lake. */
  abstract LakeStorage open() throws IOException;

  @BeforeEach
  void start() throws IOException {
    lake = open();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aFileReadsBackWholeAndInRanges() throws IOException {
    lake.create("a/b.txt", bytes("0123456789"));
    assertThat(lake.read("a/b.txt")).isEqualTo(bytes("0123456789"));
    byte[] part = new byte[5];
    lake.readFully("a/b.txt", 7, part, 1, 3);
    assertThat(part).isEqualTo(new byte[] {0, '7', '8', '9', 0});
    assertThat(lake.stat("a/b.txt").length()).isEqualTo(10);
    assertThatThrownBy(() -> lake.readFully("a/b.txt", 8, part, 0, 3))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aMissingFileIsSaidToBeMissing() {
    assertThatThrownBy(() -> lake.read("none")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> lake.stat("none")).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsThereIsNotCreatedAgain() throws IOException {
    lake.create("x", bytes("1"));
    assertThatThrownBy(() -> lake.create("x", bytes("2")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(lake.read("x")).isEqualTo(bytes("1"));
    lake.replace("x", bytes("3"));
    assertThat(lake.read("x")).isEqualTo(bytes("3"));
  }

  @Test
  void ofManyCreatorsOneSucceeds() throws Exception {
    ExecutorService creators = Executors.newFixedThreadPool(8);
    for (int round = 0; round < 20; round++) {
      String path = "log/" + round + ".json";
      List<Callable<Boolean>> attempts = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        byte[] content = bytes("writer " + i);
        attempts.add(() -> created(path, content));
      }
      int successes = 0;
      for (Future<Boolean> attempt : creators.invokeAll(attempts)) {
        successes += attempt.get() ? 1 : 0;
      }
      assertThat(successes).isEqualTo(1);
    }
    creators.shutdown();
  }

  private boolean created(String path, byte[] content) throws IOException {
    try {
      lake.create(path, content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Test
  void aLargeFileAppearsWhenItIsClosed() throws IOException {
    byte[] chunk = new byte[700_001];
    java.util.Arrays.fill(chunk, (byte) 7);
    try (LakeOutput out = lake.write("big.bin")) {
      for (int i = 0; i < 5; i++) {
        out.write(chunk);
      }
      out.write(8);
      assertThat(out.position()).isEqualTo(5 * 700_001 + 1);
      assertThat(lake.list("", "")).isEmpty();
    }
    byte[] read = lake.read("big.bin");
    assertThat(read).hasSize(5 * 700_001 + 1).endsWith((byte) 7, (byte) 8);
  }

  @Test
  void anAbortedFileNeverAppears() throws IOException {
    try (LakeOutput out = lake.write("big.bin")) {
      out.write(new byte[3_000_000]);
      out.abort();
    }
    assertThat(lake.list("", "")).isEmpty();
  }

  @Test
  void listsBelowAFolderInOrderFromAPath() throws IOException {
    for (String path : List.of("t/_log/2", "t/_log/10", "t/_log/1", "t/a", "ta/b", "s")) {
      lake.create(path, bytes(path));
    }
    assertThat(lake.list("t", ""))
        .extracting(LakeFile::path)
        .containsExactly("t/_log/1", "t/_log/10", "t/_log/2", "t/a");
    assertThat(lake.list("t/_log", "t/_log/1"))
        .extracting(LakeFile::path)
        .containsExactly("t/_log/10", "t/_log/2");
    assertThat(lake.list("nowhere", "")).isEmpty();
  }

  @Test
  void deletesFilesAndFolders() throws IOException {
    lake.create("t/a/1", bytes("1"));
    lake.create("t/a/2", bytes("2"));
    lake.create("t/b", bytes("3"));
    lake.delete("t/b");
    lake.delete("t/b");
    lake.deleteFolder("t/a");
    lake.deleteFolder("t/a");
    assertThat(lake.list("", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/etc/x"})
  void aPathOutsideIsRefused(String path) {
    assertThatThrownBy(() -> lake.create(path, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
