package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeFileIOTest {
  @TempDir Path lake;
  private LocalLakeStorage storage;
  private LakeFileIO io;

  @BeforeEach
  void openLake() throws IOException {
    storage = new LocalLakeStorage(lake);
    io = new LakeFileIO(storage);
  }

  private List<String> listFrom(String path) throws IOException {
    List<String> names = new ArrayList<>();
    try (CloseableIterator<FileStatus> files = io.listFrom(path)) {
      files.forEachRemaining(file -> names.add(file.getPath()));
    }
    return names;
  }

  @Test
  void listingBeginsWithTheGivenFileAndStaysInItsFolder() throws IOException {
    for (String name : List.of("00.json", "01.json", "02.json", "_last", "sub/03.json")) {
      storage.create("t/log/" + name, new byte[1]);
    }

    assertThat(listFrom("/t/log/01.json"))
        .containsExactly("/t/log/01.json", "/t/log/02.json", "/t/log/_last");
    assertThat(listFrom("/t/log/01."))
        .containsExactly("/t/log/01.json", "/t/log/02.json", "/t/log/_last");
    assertThatThrownBy(() -> listFrom("/t/other/01.json"))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void ofTwoCommitsTheSecondLearnsOfTheFirst() throws IOException {
    io.newOutputFile("/t/0.json").writeAtomically(lines("a", "b"), false);

    assertThatThrownBy(() -> io.newOutputFile("/t/0.json").writeAtomically(lines("c"), false))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(new String(storage.read("t/0.json"), StandardCharsets.UTF_8)).isEqualTo("a\nb\n");
  }

  private static CloseableIterator<String> lines(String... lines) {
    return Utils.toCloseableIterator(Arrays.asList(lines).iterator());
  }

  @Test
  void streamReadsAnyRange() throws IOException {
    byte[] content = new byte[700_000];
    Random random = new Random(4);
    random.nextBytes(content);
    storage.create("file", content);
    try (SeekableInputStream in = io.newInputFile("/file", 0).newStream()) {
      for (int i = 0; i < 500; i++) {
        int from = random.nextInt(content.length);
        int length =
            random.nextInt(Math.min(content.length - from, i % 5 == 0 ? 600_000 : 500) + 1);
        byte[] read = new byte[length];
        in.seek(from);
        in.readFully(read, 0, length);
        assertThat(read).isEqualTo(Arrays.copyOfRange(content, from, from + length));
        assertThat(in.getPos()).isEqualTo(from + length);
      }
      in.seek(content.length - 1);
      assertThat(in.read()).isEqualTo(content[content.length - 1] & 0xFF);
      assertThat(in.read()).isEqualTo(-1);
      in.seek(content.length - 10);
      assertThatThrownBy(() -> in.readFully(new byte[11], 0, 11)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void missingFileIsToldAsKernelExpectsIt() {
    assertThatThrownBy(() -> io.newInputFile("/none", 0).newStream())
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> io.newInputFile("/none", 10).newStream().read())
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> io.getFileStatus("/none")).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void checkpointWhoseRowsCannotBeReadToTheEndDoesNotAppear() throws IOException {
    DeltaTables tables = new DeltaTables(storage, 1);
    var version =
        TestTables.seed(
            tables,
            "m",
            TestTables.accounts(1),
            1,
            TestTables.SNAPSHOT,
            Position.startOf(1),
            List.<Object[]>of(new Object[] {1L, null}));
    LakeEngine engine = new LakeEngine(storage);
    var batches = version.snapshot().getScanBuilder().build().getScanFiles(engine);
    FilteredColumnarBatch batch = batches.next();

    assertThatThrownBy(
            () ->
                engine
                    .getParquetHandler()
                    .writeParquetFileAtomically("/t/broken.parquet", endingInFailure(batch)))
        .isInstanceOf(IllegalStateException.class);
    engine
        .getParquetHandler()
        .writeParquetFileAtomically(
            "/t/whole.parquet", Utils.toCloseableIterator(List.of(batch).iterator()));

    assertThat(lake.resolve("t/broken.parquet")).doesNotExist();
    assertThat(Files.size(lake.resolve("t/whole.parquet"))).isPositive();
  }

  private static CloseableIterator<FilteredColumnarBatch> endingInFailure(
      FilteredColumnarBatch batch) {
    return new CloseableIterator<>() {
      private boolean given;

      @Override
      public boolean hasNext() {
        if (given) {
          throw new IllegalStateException("the lake failed");
        }
        return true;
      }

      @Override
      public FilteredColumnarBatch next() {
        given = true;
        return batch;
      }

      @Override
      public void close() {}
    };
  }
}
