package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowLocatorTest {
  private static final DataColumn ID = new DataColumn("col-id", ColumnKind.LONG);

  private final MemoryFiles files = new MemoryFiles();
  private final LocatorCache cache = new LocatorCache(16 << 20);
  private final RowLocator locator = new RowLocator(files, cache, ReadPattern.DISK);

  /** Key columns, how many different values each has, and rows at most. */
  private record Case(List<ColumnKind> kinds, List<Integer> varieties, int rows) {
    @Override
    public String toString() {
      return kinds + " of " + varieties + ", " + rows + " rows";
    }
  }

  private static Case single(ColumnKind kind) {
    return new Case(List.of(kind), List.of(50_000), 6_000);
  }

  static Stream<Case> cases() {
    Stream<Case> composite =
        Stream.of(
            new Case(List.of(ColumnKind.INTEGER, ColumnKind.LONG), List.of(3, 10_000), 8_000),
            new Case(List.of(ColumnKind.TEXT, ColumnKind.INTEGER), List.of(400, 40), 8_000),
            new Case(
                List.of(ColumnKind.BOOLEAN, ColumnKind.DECIMAL, ColumnKind.BINARY),
                List.of(2, 30, 400),
                8_000),
            new Case(
                List.of(ColumnKind.LONG, ColumnKind.TEXT, ColumnKind.INTEGER),
                List.of(2, 3, 20_000),
                8_000),
            new Case(List.of(ColumnKind.BINARY, ColumnKind.BOOLEAN), List.of(4_000, 2), 5_000),
            new Case(List.of(ColumnKind.DOUBLE, ColumnKind.LONG), List.of(50, 200), 3_000));
    return Stream.concat(Stream.of(ColumnKind.values()).map(RowLocatorTest::single), composite);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void findsTheSameRowsAsLookingAtEachOne(Case example) throws IOException {
    for (long seed = 1; seed <= 8; seed++) {
      RandomRows generator = new RandomRows(seed);
      List<Object[]> known = generator.keys(example.kinds, example.varieties, example.rows);
      List<Object[]> written = new ArrayList<>();
      List<Object[]> wanted = new ArrayList<>();
      int share = 1 + generator.random.nextInt(60);
      for (Object[] key : known) {
        if (generator.random.nextInt(10) > 0) {
          written.add(key);
        }
        if (generator.random.nextInt(share) == 0) {
          wanted.add(key);
        }
      }
      if (wanted.isEmpty()) {
        wanted.add(known.get(0));
      }
      Collections.shuffle(wanted, generator.random);
      DataFile file =
          write("seed-" + seed, RandomRows.columns(example.kinds), written, layout(generator));
      KeySet keys = new KeySet(RandomRows.columns(example.kinds), wanted);

      for (String temperature : List.of("cold", "warm")) {
        assertThat(locate(file, keys))
            .as("seed %d, %s cache", seed, temperature)
            .isEqualTo(oracle(example.kinds, written, wanted));
      }
      assertThat(cache.index(file).isSortedBy(keys.columns()))
          .as("all but floating-point keys are searched by page")
          .isEqualTo(example.kinds.stream().allMatch(KeyValuesBuilder::supports));
    }
  }

  private static DataFileOptions layout(RandomRows generator) {
    WriterVersion format =
        generator.random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0;
    long rowGroupBytes = generator.random.nextBoolean() ? 1 << 14 : 1 << 26;
    return new DataFileOptions(1, 20 + generator.random.nextInt(400), rowGroupBytes, format, 0);
  }

  private static Map<Long, Integer> oracle(
      List<ColumnKind> kinds, List<Object[]> written, List<Object[]> wanted) {
    Map<Object[], Integer> indexes = new TreeMap<>(new KeyOrder(kinds));
    IntStream.range(0, wanted.size()).forEach(i -> indexes.put(wanted.get(i), i));
    Map<Long, Integer> hits = new TreeMap<>();
    for (int row = 0; row < written.size(); row++) {
      Integer index = indexes.get(written.get(row));
      if (index != null) {
        hits.put((long) row, index);
      }
    }
    return hits;
  }

  @Test
  void reportsEveryRowOfAKeyThatStandsOnSeveralPages() throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      rows.add(new Object[] {i < 1_000 ? 1L : i < 4_500 ? 2L : 3L});
    }
    DataFile file = write("equal", List.of(ID), rows, pagesOf(100));

    Map<Long, Integer> hits = locate(file, new KeySet(List.of(ID), keys(0L, 2L, 9L)));

    assertThat(hits).hasSize(3_500).containsOnlyKeys(longs(1_000, 4_500));
    assertThat(hits.values()).containsOnly(1);
  }

  @Test
  void findsTextThatPageIndexesCutToTheSameBounds() throws IOException {
    DataColumn name = new DataColumn("name", ColumnKind.TEXT);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 10_000; i < 13_000; i++) {
      rows.add(new Object[] {new Utf8("x".repeat(64) + "/" + i)});
    }
    DataFile file = write("long", List.of(name), rows, pagesOf(50));

    Map<Long, Integer> hits = locate(file, new KeySet(List.of(name), rows));

    assertThat(hits).containsOnlyKeys(longs(0, 3_000));
    assertThat(hits).allSatisfy((row, key) -> assertThat((long) key).isEqualTo(row));
  }

  /** More than PostgreSQL's own index takes, but an event may claim it. */
  @Test
  void findsKeysOfAMegabyte() throws IOException {
    DataColumn name = new DataColumn("name", ColumnKind.TEXT);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      rows.add(new Object[] {new Utf8("x".repeat(1 << 20) + i)});
    }
    DataFile file = write("huge", List.of(name), rows, pagesOf(4));

    Map<Long, Integer> hits =
        locate(file, new KeySet(List.of(name), List.of(rows.get(2), rows.get(7))));

    assertThat(hits).containsOnly(Map.entry(2L, 0), Map.entry(7L, 1));
  }

  @Test
  void readsOnlyThePagesThatMayHoldAKey() throws IOException {
    DataFile file = write("pages", List.of(ID), sequence(0, 100_000), pagesOf(1_000));
    locate(file, new KeySet(List.of(ID), keys(-1L)));
    long before = files.bytesRead.get();
    long requests = files.requests.get();

    assertThat(locate(file, new KeySet(List.of(ID), keys(70_123L)))).containsOnlyKeys(70_123L);

    assertThat(files.bytesRead.get() - before).isBetween(1L, 8_200L);
    assertThat(files.requests.get() - requests).isEqualTo(1);
  }

  @Test
  void readsNearPagesWithOneRequest() throws IOException {
    DataFile file = write("near", List.of(ID), sequence(0, 100_000), pagesOf(1_000));
    locate(file, new KeySet(List.of(ID), keys(-1L)));
    long requests = files.requests.get();

    assertThat(locate(file, new KeySet(List.of(ID), keys(10_500L, 11_500L, 13_500L, 90_500L))))
        .hasSize(4);

    assertThat(files.requests.get() - requests).isEqualTo(2);
  }

  @Test
  void doesNotReadAPageAgainThatTheCacheHolds() throws IOException {
    DataFile file = write("cached", List.of(ID), sequence(0, 100_000), pagesOf(1_000));
    KeySet keys = new KeySet(List.of(ID), keys(5L, 50_000L));
    Map<Long, Integer> first = locate(file, keys);
    long requests = files.requests.get();

    assertThat(locate(file, keys)).isEqualTo(first).hasSize(2);

    assertThat(files.requests.get()).isEqualTo(requests);
  }

  @Test
  void worksWithoutAnyRoomInTheCache() throws IOException {
    RowLocator uncached = new RowLocator(files, new LocatorCache(0), ReadPattern.BLOB);
    DataFile file = write("uncached", List.of(ID), sequence(0, 10_000), pagesOf(100));
    List<Long> rows = new ArrayList<>();

    uncached.locate(
        file, new KeySet(List.of(ID), sequence(2_000, 3_000)), (key, row) -> rows.add(row));

    assertThat(rows).containsExactly(longs(2_000, 3_000));
  }

  @Test
  void usesTheLeadingColumnsOfTheSortOrder() throws IOException {
    List<ColumnKind> kinds = List.of(ColumnKind.INTEGER, ColumnKind.TEXT);
    List<DataColumn> columns = RandomRows.columns(kinds);
    List<Object[]> rows = new RandomRows(7).keys(kinds, List.of(40, 1_000), 4_000);
    DataFile file = write("prefix", columns, rows, pagesOf(100));
    List<Object[]> first = List.<Object[]>of(new Object[] {rows.get(2_000)[0]});
    List<Object[]> second = List.<Object[]>of(new Object[] {rows.get(2_000)[1]});

    assertThat(locate(file, new KeySet(columns.subList(0, 1), first)))
        .containsOnlyKeys(rowsWhere(rows, 0, first.get(0)[0]));
    assertThat(locate(file, new KeySet(columns.subList(1, 2), second)))
        .containsOnlyKeys(rowsWhere(rows, 1, second.get(0)[0]));
  }

  @Test
  void findsNothingInAFileWithoutRowsOrWithoutTheColumn() throws IOException {
    DataFile empty = write("empty", List.of(ID), List.of(), pagesOf(100));
    DataFile other = write("other", List.of(ID), sequence(0, 10), pagesOf(100));
    DataColumn missing = new DataColumn("missing", ColumnKind.LONG);

    assertThat(locate(empty, new KeySet(List.of(ID), keys(1L)))).isEmpty();
    assertThat(locate(other, new KeySet(List.of(missing), keys(1L)))).isEmpty();
    assertThat(locate(other, new KeySet(List.of(ID), List.of()))).isEmpty();
  }

  @Test
  void servesSeveralThreadsFromOneSmallCache() throws Exception {
    LocatorCache small = new LocatorCache(20_000);
    RowLocator shared = new RowLocator(files, small, ReadPattern.DISK);
    DataFile file = write("shared", List.of(ID), sequence(0, 50_000), pagesOf(500));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        long from = 1_000L * i;
        KeySet keys = new KeySet(List.of(ID), sequence(from, from + 2_000));
        results.add(
            threads.submit(
                () -> {
                  List<Long> rows = new ArrayList<>();
                  shared.locate(file, keys, (key, row) -> rows.add(row));
                  return rows.equals(Arrays.asList(longs(from, from + 2_000)));
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(small.weight()).isBetween(1L, 20_000L);
  }

  private DataFile write(
      String path, List<DataColumn> columns, List<Object[]> rows, DataFileOptions options)
      throws IOException {
    try (DataFileWriter writer =
        new DataFileWriter(
            files.output(path),
            RandomRows.schema(columns, Type.Repetition.REQUIRED),
            RandomRows.names(columns),
            options)) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      writer.finish();
    }
    return files.file(path);
  }

  private Map<Long, Integer> locate(DataFile file, KeySet keys) throws IOException {
    Map<Long, Integer> hits = new TreeMap<>();
    locator.locate(file, keys, (key, row) -> assertThat(hits.put(row, key)).isNull());
    return hits;
  }

  private static DataFileOptions pagesOf(int rows) {
    return new DataFileOptions(1, rows, 1 << 26, WriterVersion.PARQUET_1_0, 0);
  }

  private static List<Object[]> sequence(long from, long to) {
    List<Object[]> rows = new ArrayList<>();
    for (long i = from; i < to; i++) {
      rows.add(new Object[] {i});
    }
    return rows;
  }

  private static List<Object[]> keys(Long... values) {
    return Arrays.stream(values).map(value -> new Object[] {value}).toList();
  }

  private static Long[] longs(long from, long to) {
    return IntStream.range((int) from, (int) to).mapToObj(i -> (long) i).toArray(Long[]::new);
  }

  private static Long[] rowsWhere(List<Object[]> rows, int column, Object value) {
    return IntStream.range(0, rows.size())
        .filter(i -> rows.get(i)[column].equals(value))
        .mapToObj(i -> (long) i)
        .toArray(Long[]::new);
  }
}
