package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;

class RowScannerTest {
  private static final DataColumn ID = new DataColumn("id", ColumnKind.LONG);
  private static final DataColumn BYTES = new DataColumn("bytes", ColumnKind.BINARY);

  private final MemoryFiles files = new MemoryFiles();
  private final RowScanner scanner = new RowScanner(files, ReadPattern.DISK);

  @Test
  void allRowsComeInOrderAcrossRowGroupsAndStretches() throws IOException {
    for (long rowGroupBytes : new long[] {1 << 16, 1 << 26}) {
      DataFile file = write(150_000, 0, rowGroupBytes);
      AtomicLong next = new AtomicLong();

      scanner.scan(
          file,
          List.of(ID),
          (position, values) -> {
            long expected = next.getAndIncrement();
            if (position != expected || !values[0].equals(expected * 3)) {
              throw new AssertionError("row " + position + " is " + values[0]);
            }
          });

      assertThat(next).hasValue(150_000);
    }
  }

  @Test
  void noMoreThanAStretchIsReadAhead() throws IOException {
    DataFile file = write(40_000, 1_000, 128 << 20);
    assertThat(file.length()).isGreaterThan(35 << 20);
    List<Long> atRow = new ArrayList<>();

    scanner.scan(
        file,
        List.of(ID, BYTES),
        (position, values) -> {
          if (position == 0 || position == 20_000) {
            atRow.add(files.bytesRead.get());
          }
        });

    assertThat(atRow.get(0)).isLessThan(12 << 20);
    assertThat(atRow.get(1)).isBetween(18L << 20, 32L << 20);
    assertThat(files.bytesRead.get()).as("pages read twice").isLessThan(60 << 20);
  }

  /** A thousand of them would be a gigabyte; two pages of ten are held at a time. */
  @Test
  void rowsOfAMegabyteAreReadByTheHandful() throws IOException {
    DataFile file = write(60, 1 << 20, 128 << 20);
    List<Long> atRow = new ArrayList<>();

    scanner.scan(file, List.of(ID, BYTES), (position, values) -> atRow.add(files.bytesRead.get()));

    assertThat(atRow).hasSize(60);
    for (int row = 0; row < 60; row++) {
      assertThat(atRow.get(row)).as("at row %d", row).isLessThan((row + 24L) << 20);
    }
    assertThat(files.bytesRead.get()).as("pages read twice").isLessThan(70 << 20);
  }

  @Test
  void columnsThatTheFileDoesNotHaveAreNull() throws IOException {
    DataFile file = write(3, 0, 1 << 26);
    DataColumn added = new DataColumn("added", ColumnKind.TEXT, 1);

    assertThat(scan(file, List.of(added, ID)))
        .containsExactly(new Object[] {null, 0L}, new Object[] {null, 3L}, new Object[] {null, 6L});
    assertThat(scan(file, List.of(added)))
        .containsExactly(new Object[] {null}, new Object[] {null}, new Object[] {null});
    assertThat(scan(file, List.of())).hasSize(3);
  }

  @Test
  void aFileWithoutRowsHasNone() throws IOException {
    assertThat(scan(write(0, 0, 1 << 26), List.of(ID))).isEmpty();
  }

  @Test
  void whatTheSinkThrowsIsNotTakenForDamage() throws IOException {
    DataFile file = write(3, 0, 1 << 26);
    RuntimeException unchecked = new IllegalStateException("of the sink");
    IOException checked = new IOException("of the sink");

    assertThatThrownBy(
            () ->
                scanner.scan(
                    file,
                    List.of(ID),
                    (position, values) -> {
                      throw unchecked;
                    }))
        .isSameAs(unchecked);
    assertThatThrownBy(
            () ->
                scanner.scan(
                    file,
                    List.of(ID),
                    (position, values) -> {
                      throw checked;
                    }))
        .isSameAs(checked);
  }

  @Test
  void aDamagedFileIsSaidToBe() throws IOException {
    DataFile file = write(5_000, 10, 1 << 26);
    byte[] damaged = files.content(file.path()).clone();
    damaged[damaged.length / 3] ^= 1;
    DataFile copy = files.put("damaged", damaged);

    assertThatThrownBy(() -> scan(copy, List.of(ID, BYTES)))
        .isInstanceOf(MalformedDataFileException.class);
  }

  private List<Object[]> scan(DataFile file, List<DataColumn> columns) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    scanner.scan(file, columns, (position, values) -> rows.add(values));
    return rows;
  }

  private DataFile write(int rows, int size, long rowGroupBytes) throws IOException {
    RandomRows generator = new RandomRows(rows);
    try (DataFileWriter writer =
        new DataFileWriter(
            files.output("scanned"),
            RandomRows.schema(List.of(ID, BYTES), Type.Repetition.OPTIONAL),
            List.of(),
            new DataFileOptions(1, 1_000, rowGroupBytes, WriterVersion.PARQUET_1_0, 0))) {
      for (long i = 0; i < rows; i++) {
        byte[] bytes = new byte[size];
        generator.random.nextBytes(bytes);
        writer.write(new Object[] {i * 3, size == 0 ? null : ByteBuffer.wrap(bytes)});
      }
      writer.finish();
    }
    return files.file("scanned");
  }
}
