package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
  private static final int SEGMENT_BYTES = 4096;
  private static final Duration AGE = Duration.ofHours(1);

  @TempDir Path directory;
  private final SettableClock clock = new SettableClock();
  private Retention retention = Retention.ofAge(AGE);
  private PartitionLog log;

  @BeforeEach
  void open() throws IOException {
    log =
        PartitionLog.open(
            directory, new LogOptions(SEGMENT_BYTES, retention, Durability.PROCESS), clock);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private void reopen() throws IOException {
    close();
    open();
  }

  private void append(String... texts) throws IOException {
    log.append(TextEntry.of(texts));
  }

  /** Appends events of 1000 bytes, so that a segment takes three. */
  private void appendLarge(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      append(large(i));
    }
  }

  private static String large(int i) {
    return i + ".".repeat(1000 - Integer.toString(i).length());
  }

  private static String[] large(int from, int to) {
    return IntStream.range(from, to).mapToObj(PartitionLogTest::large).toArray(String[]::new);
  }

  private List<String> readAll() throws IOException {
    return readFrom(LogPosition::sequence, 0);
  }

  private List<String> readFrom(ToLongFunction<LogPosition> key, long value) throws IOException {
    try (LogReader reader = log.readFrom(key, value)) {
      return rest(reader).stream().map(TextEntry::read).toList();
    }
  }

  private static List<LogRecord> rest(LogReader reader) throws IOException {
    List<LogRecord> records = new ArrayList<>();
    for (LogRecord record; (record = reader.next()) != null; ) {
      records.add(record);
    }
    return records;
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void emptyLogHasTheServicesNumbers() throws IOException {
    assertThat(log.end()).isEqualTo(new LogEnd(new LogPosition(-1, -1, 0), 0));
    assertThat(log.beginSequence()).isZero();
    assertThat(readAll()).isEmpty();
  }

  @Test
  void numbersRecordsAndKeepsThemAcrossReopening() throws IOException {
    append("a", "b");
    clock.advance(Duration.ofSeconds(1));
    append("c");
    LogEnd end = log.end();

    reopen();

    assertThat(readAll()).containsExactly("a", "b", "c");
    assertThat(log.end()).isEqualTo(end);
    append("d");
    assertThat(readAll()).containsExactly("a", "b", "c", "d");
    assertThat(log.end().last().sequence()).isEqualTo(3);
  }

  @Test
  void timeNeverGoesBack() throws IOException {
    append("a");
    clock.advance(Duration.ofMinutes(-5));
    append("b");

    try (LogReader reader = log.readFrom(LogPosition::sequence, 0)) {
      assertThat(rest(reader)).extracting(r -> r.position().enqueuedMillis()).isSorted();
    }
  }

  @Test
  void readsAcrossSegments() throws IOException {
    appendLarge(0, 20);

    assertThat(segments()).hasSize(7);
    assertThat(readAll()).containsExactly(large(0, 20));
    reopen();
    assertThat(readAll()).containsExactly(large(0, 20));
  }

  @Test
  void recordLargerThanASegmentHasOneOfItsOwn() throws IOException {
    append("before");
    append("x".repeat(3 * SEGMENT_BYTES));
    append("after");

    reopen();

    assertThat(segments()).hasSize(3);
    assertThat(readAll()).containsExactly("before", "x".repeat(3 * SEGMENT_BYTES), "after");
  }

  @Test
  void seeksByEveryKeyInEverySegmentWhetherWrittenOrReopened() throws IOException {
    for (int i = 0; i < 20; i++) {
      appendLarge(i, i + 1);
      clock.advance(Duration.ofSeconds(i % 2)); // neighbours share a time
    }
    assertSeeks();
    reopen();
    assertSeeks();
  }

  private void assertSeeks() throws IOException {
    List<LogPosition> all;
    try (LogReader reader = log.readFrom(LogPosition::sequence, 0)) {
      all = rest(reader).stream().map(LogRecord::position).toList();
    }
    assertThat(all).hasSize(20);
    for (LogPosition position : all) {
      assertSeek(all, LogPosition::sequence, position.sequence());
      assertSeek(all, LogPosition::offset, position.offset());
      assertSeek(all, LogPosition::offset, position.offset() + 1);
      assertSeek(all, LogPosition::enqueuedMillis, position.enqueuedMillis());
      assertSeek(all, LogPosition::enqueuedMillis, position.enqueuedMillis() + 1);
    }
    assertSeek(all, LogPosition::offset, -1);
  }

  private void assertSeek(List<LogPosition> all, ToLongFunction<LogPosition> key, long value)
      throws IOException {
    try (LogReader reader = log.readFrom(key, value)) {
      assertThat(rest(reader))
          .extracting(LogRecord::position)
          .isEqualTo(all.stream().filter(p -> key.applyAsLong(p) >= value).toList());
    }
  }

  @Test
  void readerAtTheEndSeesOnlyWhatComes() throws IOException {
    append("a");
    try (LogReader reader = log.readFromEnd()) {
      assertThat(reader.next()).isNull();
      assertThat(reader.atEnd()).isTrue();
      append("b");
      assertThat(reader.atEnd()).isFalse();
      assertThat(TextEntry.read(reader.next())).isEqualTo("b");
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void ageDeletesWholeSegmentsAndKeepsTheNumbers() throws IOException {
    appendLarge(0, 6);
    clock.advance(AGE.plusSeconds(1));
    appendLarge(6, 12);
    LogEnd end = log.end();

    log.expire();

    assertThat(log.beginSequence()).isEqualTo(6);
    assertThat(log.end()).isEqualTo(end);
    assertThat(segments()).hasSize(2);
    assertThat(readAll()).containsExactly(large(6, 12));
    reopen();
    assertThat(log.beginSequence()).isEqualTo(6);
    assertThat(readFrom(LogPosition::offset, 0)).containsExactly(large(6, 12));
    assertThat(readFrom(LogPosition::enqueuedMillis, 0)).containsExactly(large(6, 12));
  }

  @Test
  void nothingYoungerThanTheAgeIsDeleted() throws IOException {
    appendLarge(0, 6);
    clock.advance(AGE);

    log.expire();

    assertThat(readAll()).containsExactly(large(0, 6));
  }

  @Test
  void idlePartitionEndsUpEmptyAndGoesOnCounting() throws IOException {
    appendLarge(0, 4);
    LogEnd end = log.end();
    clock.advance(AGE.plusSeconds(1));

    log.expire();
    log.expire();
    reopen();

    assertThat(segments()).hasSize(1);
    assertThat(readAll()).isEmpty();
    assertThat(log.beginSequence()).isEqualTo(4);
    assertThat(log.end()).isEqualTo(end);
    append("next");
    try (LogReader reader = log.readFrom(LogPosition::sequence, 0)) {
      LogPosition next = reader.next().position();
      assertThat(next.sequence()).isEqualTo(4);
      assertThat(next.offset()).isEqualTo(end.nextOffset());
    }
  }

  @Test
  void bytesLimitKeepsAtLeastThatMuch() throws IOException {
    close();
    retention = new Retention(AGE, 5000);
    open();
    appendLarge(0, 20);

    log.expire();

    int kept = readAll().size();
    assertThat(kept * 1028).isBetween(5000, 5000 + SEGMENT_BYTES);
    assertThat(readAll()).containsExactly(large(20 - kept, 20));
  }

  @Test
  void readerOvertakenByRetentionGoesOnWithTheOldestKept() throws IOException {
    appendLarge(0, 12);
    try (LogReader started = log.readFrom(LogPosition::sequence, 0);
        LogReader waiting = log.readFromEnd()) {
      assertThat(started.next().position().sequence()).isZero();
      clock.advance(AGE.plusSeconds(1));
      log.expire();
      appendLarge(12, 14);

      // What it has open it may still read; then it must not fail, nor skip what is kept.
      assertThat(rest(started)).extracting(r -> r.position().sequence()).endsWith(12L, 13L);
      assertThat(rest(waiting)).extracting(r -> r.position().sequence()).containsExactly(12L, 13L);
    }
  }

  @Test
  void failedAppendLeavesTheLogAsItWas() throws IOException {
    append("a");
    LogEntry broken =
        new LogEntry() {
          @Override
          public int maxLength() {
            return 10;
          }

          @Override
          public void encode(LogPosition position, java.nio.ByteBuffer out) {
            throw new IllegalStateException("cannot encode");
          }
        };

    assertThatThrownBy(() -> log.append(List.of(new TextEntry("b"), broken)))
        .hasMessage("cannot encode");

    append("c");
    assertThat(readAll()).containsExactly("a", "c");
    reopen();
    assertThat(readAll()).containsExactly("a", "c");
  }
}
