package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PartitionLogConcurrencyTest {
  private static final int WRITERS = 3;
  private static final int APPENDS = 1500;
  private static final int RECORDS = 3;
  private static final long TOTAL = (long) WRITERS * APPENDS * RECORDS;

  @TempDir Path directory;
  private final SettableClock clock = new SettableClock();
  private final long seed = System.nanoTime();

  @Test
  void readersSeeEveryRecordOnceInOrderWhileOthersAppend() throws Exception {
    LogOptions options = new LogOptions(64 * 1024, Retention.ONE_DAY, Durability.PROCESS);
    try (PartitionLog log = PartitionLog.open(directory, options, clock)) {
      List<Callable<List<LogRecord>>> readers =
          List.of(() -> readAll(log), () -> readAll(log), () -> readAll(log));

      for (List<LogRecord> records : run(log, readers)) {
        assertThat(records)
            .as("seed %d", seed)
            .extracting(r -> r.position().sequence())
            .containsExactlyElementsOf(LongStream.range(0, TOTAL).boxed().toList());
        for (int i = 0; i < records.size(); i += RECORDS) {
          String append = TextEntry.read(records.get(i));
          assertThat(records.subList(i, i + RECORDS))
              .as("appends stay together, seed %d", seed)
              .allSatisfy(r -> assertThat(TextEntry.read(r)).isEqualTo(append));
        }
      }
    }
  }

  @Test
  void retentionNeverBreaksAReader() throws Exception {
    LogOptions options =
        new LogOptions(16 * 1024, new Retention(Duration.ofDays(1), 32 * 1024), Durability.PROCESS);
    try (PartitionLog log = PartitionLog.open(directory, options, clock)) {
      Callable<List<LogRecord>> expiring =
          () -> {
            while (log.end().nextSequence() < TOTAL) {
              log.expire();
            }
            return List.of();
          };

      List<List<LogRecord>> read = run(log, List.of(() -> readAll(log), expiring));

      assertThat(read.get(0))
          .as("seed %d", seed)
          .extracting(r -> r.position().sequence())
          .isSorted()
          .doesNotHaveDuplicates()
          .endsWith(TOTAL - 1);
      log.expire();
      try (Stream<Path> segments = Files.list(directory)) {
        assertThat(segments).hasSizeLessThanOrEqualTo(4);
      }
    }
  }

  private <T> List<T> run(PartitionLog log, List<Callable<T>> readers) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<T>> results = new ArrayList<>();
      for (Callable<T> reader : readers) {
        results.add(threads.submit(reader));
      }
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        Random random = new Random(seed + writer);
        writers.add(threads.submit(() -> append(log, random)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      List<T> all = new ArrayList<>();
      for (Future<T> result : results) {
        all.add(result.get());
      }
      return all;
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Void append(PartitionLog log, Random random) throws Exception {
    for (int i = 0; i < APPENDS; i++) {
      String text = random.nextLong() + "-".repeat(random.nextInt(300));
      log.append(TextEntry.of(text, text, text));
    }
    return null;
  }

  private static List<LogRecord> readAll(PartitionLog log) throws Exception {
    List<LogRecord> records = new ArrayList<>();
    try (LogReader reader = log.readFrom(LogPosition::sequence, 0)) {
      while (reader.sequence() < TOTAL) {
        LogRecord next = reader.next();
        if (next == null) {
          Thread.onSpinWait();
        } else {
          records.add(next);
        }
      }
    }
    return records;
  }
}
