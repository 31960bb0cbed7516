package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MalformedFilesTest {
  private static final int ROWS = 2_000;
  private static final List<DataColumn> KEY =
      List.of(new DataColumn("a", ColumnKind.LONG), new DataColumn("b", ColumnKind.TEXT));

  private final MemoryFiles files = new MemoryFiles();

  /** Row {@code i} has key {@code i}, so a wrong hit is one whose numbers differ. */
  @ParameterizedTest
  @EnumSource
  void aDamagedByteGivesAnErrorAndNeverAWrongHit(WriterVersion format) throws IOException {
    byte[] content = content(format);
    KeySet keys = new KeySet(KEY, rows());
    long seed = 42;
    Random random = new Random(seed);
    int errors = 0;
    for (int i = 0; i < 1_500; i++) {
      byte[] damaged = content.clone();
      int position = random.nextInt(content.length);
      damaged[position] ^= (byte) (1 << random.nextInt(8));
      try {
        locate(
            files.put("damaged", damaged),
            keys,
            (key, row) ->
                assertThat((long) key).as("seed %d, byte %d", seed, position).isEqualTo(row));
      } catch (IOException e) {
        errors++;
      }
    }
    assertThat(errors).isGreaterThan(1_000);
  }

  @Test
  void aDamagedPageIsReportedWithTheFilesName() throws IOException {
    byte[] content = content(WriterVersion.PARQUET_1_0);
    content[200] ^= 1;
    DataFile file = files.put("bucket/damaged", content);

    assertThatThrownBy(() -> locate(file, new KeySet(KEY, rows()), (key, row) -> {}))
        .isInstanceOf(MalformedDataFileException.class)
        .hasMessage("Data file bucket/damaged is malformed: Page has a wrong checksum");
  }

  @Test
  void aTruncatedFileIsAnError() throws IOException {
    byte[] content = content(WriterVersion.PARQUET_1_0);
    for (int length : new int[] {0, 3, 12, 500, content.length - 1}) {
      DataFile file = files.put("truncated", Arrays.copyOf(content, length));

      assertThatThrownBy(() -> locate(file, new KeySet(KEY, rows()), (key, row) -> {}))
          .as("length %d", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void anErrorOfTheStorageIsPassedOnAsItIs() throws IOException {
    content(WriterVersion.PARQUET_1_0);
    IOException failure = new IOException("no route to storage");
    FileOpener failing =
        file ->
            (position, into, offset, length) -> {
              throw failure;
            };
    RowLocator locator = new RowLocator(failing, new LocatorCache(1 << 20), ReadPattern.DISK);

    assertThatThrownBy(
            () -> locator.locate(files.file("sound"), new KeySet(KEY, rows()), (key, row) -> {}))
        .isSameAs(failure);
  }

  private void locate(DataFile file, KeySet keys, HitSink sink) throws IOException {
    new RowLocator(files, new LocatorCache(1 << 20), ReadPattern.DISK).locate(file, keys, sink);
  }

  private byte[] content(WriterVersion format) throws IOException {
    DataFileOptions options = new DataFileOptions(1, 100, 1 << 13, format, 0);
    try (DataFileWriter writer =
        new DataFileWriter(
            files.output("sound"),
            RandomRows.schema(KEY, Type.Repetition.REQUIRED),
            RandomRows.names(KEY),
            options)) {
      for (Object[] row : rows()) {
        writer.write(row);
      }
      writer.finish();
    }
    return files.content("sound");
  }

  private static List<Object[]> rows() {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new Object[] {i / 3L, new Utf8("key " + (100_000 + i))});
    }
    return rows;
  }
}
