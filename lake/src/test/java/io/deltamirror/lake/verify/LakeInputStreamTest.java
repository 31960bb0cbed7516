package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeInputStreamTest {
  private static final String FILE = "Tables/file";

  @TempDir private Path folder;

  private LakeInputStream open(byte[] content) throws IOException {
    LocalLakeStorage lake = new LocalLakeStorage(folder);
    lake.replace(FILE, content);
    return new LakeInputStream(lake, FILE, content.length);
  }

  @Test
  void readsAnywhereInAnyPortions() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] content = new byte[300_000];
    random.nextBytes(content);
    try (LakeInputStream in = open(content)) {
      for (int i = 0; i < 500; i++) {
        int from = random.nextInt(content.length);
        int limit = random.nextBoolean() ? 100 : content.length;
        byte[] part = new byte[random.nextInt(Math.min(limit, content.length - from)) + 1];
        in.seek(from);
        in.readFully(part, 0, part.length);

        assertThat(part)
            .as("seed %s", seed)
            .isEqualTo(Arrays.copyOfRange(content, from, from + part.length));
        assertThat(in.getPos()).isEqualTo(from + part.length);
      }
    }
  }

  @Test
  void readsByteByByteToTheEnd() throws IOException {
    try (LakeInputStream in = open(new byte[] {1, (byte) 0xFF})) {
      assertThat(in.read()).isEqualTo(1);
      assertThat(in.read()).isEqualTo(255);
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(new byte[1], 0, 1)).isEqualTo(-1);
    }
  }

  @Test
  void theEndIsNotReadOver() throws IOException {
    try (LakeInputStream in = open(new byte[10])) {
      assertThatThrownBy(() -> in.readFully(new byte[11], 0, 11)).isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> in.seek(11)).isInstanceOf(EOFException.class);
    }
  }
}
