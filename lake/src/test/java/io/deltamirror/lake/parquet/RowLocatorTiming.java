package io.deltamirror.lake.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Prints how long writing a million rows of eight columns and finding keys in them takes. */
public final class RowLocatorTiming {
  private static final int ROWS = 1_000_000;
  private static final int ROUNDS = 9;

  private static final List<DataColumn> OTHERS =
      List.of(
          new DataColumn("col-customer", ColumnKind.INTEGER),
          new DataColumn("col-amount", ColumnKind.LONG),
          new DataColumn("col-updated", ColumnKind.LONG),
          new DataColumn("col-status", ColumnKind.TEXT),
          new DataColumn("col-name", ColumnKind.TEXT),
          new DataColumn("col-active", ColumnKind.BOOLEAN),
          new DataColumn("col-note", ColumnKind.TEXT));

  private RowLocatorTiming() {}

  /** Writes to a temporary directory, which it removes. */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createTempDirectory("row-locator");
    try {
      for (WriterVersion format : WriterVersion.values()) {
        for (ColumnKind kind : List.of(ColumnKind.LONG, ColumnKind.TEXT)) {
          time(directory.resolve(kind + "-" + format + ".parquet"), kind, format);
        }
      }
    } finally {
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  private static void time(Path path, ColumnKind kind, WriterVersion format) throws IOException {
    List<Object[]> rows = rows(kind);
    double[] seconds = new double[5];
    for (int i = 0; i < seconds.length; i++) {
      Files.deleteIfExists(path);
      long start = System.nanoTime();
      write(path, rows, kind, format);
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    print(
        "%s key, %s: written at %.2f M rows/s, %.1f MB",
        kind, format, ROWS / seconds[seconds.length / 2] / 1e6, Files.size(path) / 1e6);
    DataFile file = new DataFile(path.toString(), Files.size(path));
    print(
        "  a file of 1,000 rows takes %.2f ms; reading the index of the large one %.2f ms",
        writing(path.resolveSibling("small"), rows.subList(0, 1_000), kind, format),
        indexing(file, kind));
    DataColumn key = new DataColumn("col-id", kind);
    for (int count : new int[] {1_000, 10_000, 100_000}) {
      List<Object[]> random = new ArrayList<>();
      new Random(count)
          .ints(0, ROWS)
          .distinct()
          .limit(count)
          .forEach(i -> random.add(new Object[] {rows.get(i)[0]}));
      print(
          "  %,7d random keys:  sorting %6.1f ms, %6.1f ms, cached %6.1f ms",
          count,
          sorting(key, random),
          locating(file, new KeySet(List.of(key), random), false),
          locating(file, new KeySet(List.of(key), random), true));
    }
    List<Object[]> recent =
        rows.subList(ROWS - 10_000, ROWS).stream().map(row -> new Object[] {row[0]}).toList();
    print(
        "   10,000 last keys:                       %6.1f ms, cached %6.1f ms",
        locating(file, new KeySet(List.of(key), recent), false),
        locating(file, new KeySet(List.of(key), recent), true));
  }

  private static double writing(
      Path path, List<Object[]> rows, ColumnKind kind, WriterVersion format) throws IOException {
    double[] millis = new double[200];
    for (int i = 0; i < millis.length; i++) {
      Files.deleteIfExists(path);
      long start = System.nanoTime();
      write(path, rows, kind, format);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return median(millis);
  }

  private static double indexing(DataFile file, ColumnKind kind) throws IOException {
    DataColumn column = new DataColumn("col-id", kind);
    KeySet absent = new KeySet(List.of(column), List.<Object[]>of(absent(column)));
    double[] millis = new double[50];
    for (int i = 0; i < millis.length; i++) {
      LocatorCache cache = new LocatorCache(1L << 28);
      RowLocator locator = new RowLocator(RowLocatorTiming::open, cache, ReadPattern.DISK);
      long start = System.nanoTime();
      locator.locate(file, absent, (key, row) -> {});
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return median(millis);
  }

  private static double sorting(DataColumn column, List<Object[]> keys) {
    double[] millis = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      new KeySet(List.of(column), keys).size();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return median(millis);
  }

  private static double locating(DataFile file, KeySet keys, boolean cached) throws IOException {
    KeySet absent = new KeySet(keys.columns(), List.<Object[]>of(absent(keys.columns().get(0))));
    double[] millis = new double[ROUNDS];
    LocatorCache cache = new LocatorCache(1L << 28);
    for (int i = -3; i < ROUNDS; i++) {
      if (!cached) {
        cache = new LocatorCache(1L << 28);
      }
      RowLocator locator = new RowLocator(RowLocatorTiming::open, cache, ReadPattern.DISK);
      locator.locate(file, absent, (key, row) -> {});
      long[] found = new long[1];
      long start = System.nanoTime();
      locator.locate(file, keys, (key, row) -> found[0]++);
      millis[Math.max(i, 0)] = (System.nanoTime() - start) / 1e6;
      if (found[0] != keys.size()) {
        throw new IllegalStateException("Found " + found[0] + " of " + keys.size());
      }
    }
    return median(millis);
  }

  private static Object[] absent(DataColumn column) {
    return new Object[] {column.kind() == ColumnKind.LONG ? (Object) Long.MIN_VALUE : new Utf8()};
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static FileBytes open(DataFile file) throws IOException {
    FileChannel channel = FileChannel.open(Path.of(file.path()));
    return new FileBytes() {
      @Override
      public void readFully(long position, byte[] into, int offset, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(into, offset, length);
        long at = position;
        while (rest.hasRemaining()) {
          int read = channel.read(rest, at);
          if (read < 0) {
            throw new EOFException(file.path());
          }
          at += read;
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private static List<Object[]> rows(ColumnKind kind) {
    Random random = new Random(1);
    List<Object[]> rows = new ArrayList<>(ROWS);
    String[] status = {"new", "paid", "packed", "sent", "returned"};
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          new Object[] {
            kind == ColumnKind.LONG
                ? (Object) (i * 3L + random.nextInt(3))
                : text(new UUID(random.nextLong(), random.nextLong()).toString()),
            random.nextInt(100_000),
            (long) random.nextInt(1 << 24),
            1_700_000_000_000_000L + i * 1_000_000L + random.nextInt(1_000_000),
            text(status[random.nextInt(status.length)]),
            text("customer " + random.nextInt(1_000_000)),
            random.nextBoolean(),
            random.nextInt(10) < 3 ? null : text("note " + random.nextLong())
          });
    }
    rows.sort(new KeyOrder(List.of(kind)));
    return rows;
  }

  private static Utf8 text(String value) {
    return new Utf8(value.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path path, List<Object[]> rows, ColumnKind kind, WriterVersion format)
      throws IOException {
    List<Type> types = new ArrayList<>();
    types.add(RandomRows.type(new DataColumn("col-id", kind), Type.Repetition.REQUIRED, 1));
    for (DataColumn column : OTHERS) {
      types.add(RandomRows.type(column, Type.Repetition.OPTIONAL, types.size() + 1));
    }
    DataFileOptions options = new DataFileOptions(1, 1_000, 128L << 20, format, 0);
    try (DataFileWriter writer =
        new DataFileWriter(
            new LocalOutputFile(path), new MessageType("row", types), List.of("col-id"), options)) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      writer.finish();
    }
  }
}
