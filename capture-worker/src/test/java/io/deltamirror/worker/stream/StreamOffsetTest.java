package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamOffsetTest {
  private static final StreamOffset OFFSET =
      new StreamOffset(
          7,
          0x16_B374_D848L,
          0xFFFF_FFFF_FFFF_FFFEL,
          1_700_000_000_000_001L,
          Map.of(16384L, new Position(7, 0x16_B374_D840L, 3), 0xFFFF_FFFFL, new Position(7, 1, 1)));

  @TempDir private Path folder;

  @Test
  void connectGetsItBack() {
    assertThat(StreamOffset.fromConnect(OFFSET.toConnect())).isEqualTo(OFFSET);
    assertThat(StreamOffset.endLsn(OFFSET.toConnect())).isEqualTo(OFFSET.endLsn());
  }

  @Test
  void positionIsTheTransactionsEnd() {
    assertThat(OFFSET.position()).isEqualTo(Position.endOf(7, 0x16_B374_D848L));
    assertThat(StreamOffset.startOf(7, 100).position()).isEqualTo(Position.startOf(7));
  }

  @Test
  void offsetOfTenThousandTablesFitsADocument() {
    Map<Long, Position> sent =
        LongStream.range(0, 10_000)
            .boxed()
            .collect(
                Collectors.toMap(
                    oid -> 4_000_000_000L + oid,
                    oid -> new Position(7, 0x1234_5678_9ABC_DEF0L, 1_000_000)));
    try (MirrorStore store = new SqliteMirrorStore(folder.resolve("s.db"))) {
      OffsetDocument document = new OffsetDocument(store, "m");
      StreamOffset large = new StreamOffset(7, 1, 2, 0, sent);
      document.write(large);
      assertThat(new OffsetDocument(store, "m").offset()).contains(large);
    }
  }

  @Test
  void whoOpensItLaterTakesItOver() {
    try (MirrorStore store = new SqliteMirrorStore(folder.resolve("s.db"))) {
      OffsetDocument early = new OffsetDocument(store, "m");
      early.write(StreamOffset.startOf(7, 1));
      OffsetDocument late = new OffsetDocument(store, "m");
      late.write(OFFSET);
      late.write(OFFSET);

      assertThatExceptionOfType(MirrorException.class)
          .isThrownBy(() -> early.write(StreamOffset.startOf(7, 2)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STALE_WRITER));
      assertThat(new OffsetDocument(store, "m").offset()).contains(OFFSET);
    }
  }
}
