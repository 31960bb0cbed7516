package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a partition log makes of files that a crash, or a bad disk, has left. */
class PartitionLogCrashTest {
  private static final LogOptions OPTIONS =
      new LogOptions(4096, Retention.ONE_DAY, Durability.MACHINE);

  @TempDir Path directory;

  private PartitionLog open() throws IOException {
    return PartitionLog.open(directory, OPTIONS, InstantSource.system());
  }

  private Path segment(long base) {
    return directory.resolve(String.format("%020d.log", base));
  }

  private static List<String> read(PartitionLog log) throws IOException {
    List<String> texts = new ArrayList<>();
    try (LogReader reader = log.readFrom(LogPosition::sequence, 0)) {
      for (LogRecord record; (record = reader.next()) != null; ) {
        texts.add(TextEntry.read(record));
      }
    }
    return texts;
  }

  private static void flip(Path file, long position) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), position);
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void tornAppendIsCutWhereverItWasTorn() throws IOException {
    long acknowledged;
    long written;
    try (PartitionLog log = open()) {
      log.append(TextEntry.of("one", "two"));
      acknowledged = Files.size(segment(0));
      log.append(TextEntry.of("three", "four", "five"));
      written = Files.size(segment(0));
    }
    byte[] whole = Files.readAllBytes(segment(0));
    for (long size = written - 1; size >= acknowledged; size--) {
      Files.write(segment(0), whole);
      truncate(segment(0), size);
      try (PartitionLog log = open()) {
        assertThat(read(log)).as("torn at %d", size).containsExactly("one", "two");
        log.append(TextEntry.of("again"));
        assertThat(read(log)).containsExactly("one", "two", "again");
      }
      try (PartitionLog log = open()) {
        assertThat(read(log)).containsExactly("one", "two", "again");
        assertThat(log.end().last().sequence()).isEqualTo(2);
      }
    }
  }

  @Test
  void rubbishBehindTheLastRecordIsCut() throws IOException {
    try (PartitionLog log = open()) {
      log.append(TextEntry.of("one"));
    }
    Files.write(segment(0), new byte[5000], StandardOpenOption.APPEND);

    try (PartitionLog log = open()) {
      assertThat(read(log)).containsExactly("one");
    }
  }

  @Test
  void damageBeforeGoodRecordsIsReportedAndNothingIsCut() throws IOException {
    List<Long> ends = new ArrayList<>();
    try (PartitionLog log = open()) {
      for (String text : List.of("one", "two", "three")) {
        log.append(TextEntry.of(text));
        ends.add(Files.size(segment(0)));
      }
    }
    byte[] whole = Files.readAllBytes(segment(0));
    for (long position = ends.get(0); position < ends.get(1); position++) {
      Files.write(segment(0), whole);
      flip(segment(0), position);
      assertThatThrownBy(this::open)
          .as("damaged at %d", position)
          .isInstanceOf(HubStorageException.class)
          .hasMessageContaining(segment(0).toString())
          .hasMessageContaining("damaged at byte " + ends.get(0))
          .hasMessageContaining("from sequence number 1 on")
          .hasMessageContaining("reseed");
      assertThat(Files.size(segment(0))).isEqualTo(whole.length);
    }
  }

  @Test
  void damageInAnOlderSegmentIsReportedWhenItIsRead() throws IOException {
    try (PartitionLog log = open()) {
      for (int i = 0; i < 6; i++) {
        log.append(TextEntry.of("x".repeat(1000)));
      }
    }
    flip(segment(0), 1500); // within the second record

    try (PartitionLog log = open();
        LogReader reader = log.readFrom(LogPosition::sequence, 0)) {
      assertThat(reader.next()).isNotNull();
      assertThatThrownBy(reader::next)
          .isInstanceOf(DamagedLogException.class)
          .hasMessageContaining("from sequence number 1 on");
    }
  }

  @Test
  void missingOrShortenedSegmentIsReported() throws IOException {
    try (PartitionLog log = open()) {
      for (int i = 0; i < 9; i++) {
        log.append(TextEntry.of("x".repeat(1000)));
      }
    }
    byte[] middle = Files.readAllBytes(segment(3));
    truncate(segment(3), middle.length - 10);
    assertThatThrownBy(this::open)
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining(segment(3).toString());

    Files.delete(segment(3));
    assertThatThrownBy(this::open)
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining(segment(0).toString());

    Files.write(segment(3), middle);
    try (PartitionLog log = open()) {
      assertThat(read(log)).hasSize(9);
    }
  }

  @Test
  void segmentThatWasNeverBegunIsForgotten() throws IOException {
    try (PartitionLog log = open()) {
      log.append(TextEntry.of("one"));
    }
    Files.write(segment(1), new byte[10]);

    try (PartitionLog log = open()) {
      log.append(TextEntry.of("two"));
      assertThat(read(log)).containsExactly("one", "two");
    }
    assertThat(segment(1)).doesNotExist();
  }

  @Test
  void fileOfAnotherKindIsRefused() throws IOException {
    Files.write(segment(0), new byte[100]);

    assertThatThrownBy(this::open)
        .isInstanceOf(HubStorageException.class)
        .hasMessageContaining(segment(0).toString());
  }
}
