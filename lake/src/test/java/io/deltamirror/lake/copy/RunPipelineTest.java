package io.deltamirror.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TestTables;
import io.deltamirror.lake.delta.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPipelineTest {
  private static final TableSchema TABLE = TestTables.accounts(1);
  private static final RowSize SIZE = new RowSize(new RowCodec(TABLE).types());

  /** Rows in a run; each row has the same size. */
  private static final int RUN = 100;

  private static final long RUN_BYTES = RUN * SIZE.of(row(0));

  @TempDir private Path folder;
  private LakeStorage lake;
  private DeltaTable table;
  private TableColumns columns;

  @BeforeEach
  void open() throws IOException {
    lake = new LocalLakeStorage(folder);
    table = new DeltaTables(lake, 1).of(TABLE.name());
    columns = table.plan(TABLE, TestTables.SNAPSHOT);
  }

  private static Object[] row(long key) {
    return new Object[] {key, new Utf8("note")};
  }

  private List<Long> rowsByFile(LakeStorage storage, List<Long> keys, long rowsPerFile)
      throws IOException {
    CopyOptions options = CopyOptions.DEFAULT.withLimits(RUN_BYTES, rowsPerFile);
    try (SortedFiles files = new SortedFiles(storage, table.path(), columns, options);
        RunPipeline runs =
            new RunPipeline(files, new RowOrder(columns), SIZE, options.runBytes())) {
      for (long key : keys) {
        runs.accept(row(key));
      }
      runs.finish();
      return files.finish().stream().map(WrittenFile::rows).toList();
    }
  }

  private static List<Long> ordered(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static List<Long> shuffled(long from, long to) {
    List<Long> keys = new ArrayList<>(ordered(from, to));
    Collections.shuffle(keys, new Random(1));
    return keys;
  }

  @Test
  void rowsInOrderFillOneFileAfterTheOther() throws IOException {
    assertThat(rowsByFile(lake, ordered(1, 1050), 500)).containsExactly(500L, 500L, 50L);
  }

  @Test
  void rowsInNoOrderFillAFileWithEachRun() throws IOException {
    assertThat(rowsByFile(lake, shuffled(1, 1050), 500)).hasSize(11).allMatch(rows -> rows <= RUN);
  }

  @Test
  void aRowOutOfOrderDoesNotMakeFilesSmall() throws IOException {
    List<Long> keys = new ArrayList<>(ordered(1000, 1349));
    keys.add(1L);
    keys.addAll(ordered(1350, 1648));
    // The row that came late lies in one run with 99 of those around it.
    assertThat(rowsByFile(lake, keys, 1000)).containsExactly(300L, 350L);
  }

  @Test
  void rowsWithoutKeyFillOneFileAfterTheOtherAsTheyCome() throws IOException {
    TableSchema keyless =
        TABLE.withColumns(
            List.of(
                new Column(1, "id", 20, -1, "bigint", 0),
                new Column(2, "note", 25, -1, "text", 0)));
    table = new DeltaTables(lake, 1).of(keyless.name());
    columns = table.plan(keyless, TestTables.SNAPSHOT);
    assertThat(columns.keyIndexes()).isEmpty();

    assertThat(rowsByFile(lake, shuffled(1, 1050), 500)).containsExactly(500L, 500L, 50L);
  }

  @Test
  void noRowsMakeNoFile() throws IOException {
    assertThat(rowsByFile(lake, List.of(), 500)).isEmpty();
    assertThat(lake.list("", "")).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsSaidToTheReaderAndNothingStays() throws IOException {
    HookedStorage broken =
        new HookedStorage(lake, ".parquet")
            .before(
                () -> {
                  throw new IOException("no answer");
                });
    assertThatThrownBy(() -> rowsByFile(broken, ordered(1, 1000), 500))
        .isInstanceOf(IOException.class)
        .hasMessage("no answer");
    assertThat(lake.list("", "")).isEmpty();
  }
}
