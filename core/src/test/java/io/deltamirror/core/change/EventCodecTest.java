package io.deltamirror.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
  static Stream<HubEvent> events() {
    RandomTables random = new RandomTables(7);
    TableSchema table = random.table();
    ChangeWriter writer = new ChangeWriter(new RowCodec(table));
    List<RowChange> changes = random.changes(table, 3);
    changes.forEach(writer::add);
    BatchHeader header = writer.finish("shop", 9, Position.startOf(4)).header();
    return Stream.of(
        new HubEvent.Watermark("shop", 1, Position.endOf(4, 99), 1_700_000_000_000_000L),
        new HubEvent.SeedBegin("shop", 2, 4_000_000_000L, 5, new Position(4, 7, 8)),
        new HubEvent.SeedReady("shop", 3, 16384, 6, new Position(1, 2, 3)),
        new HubEvent.BatchReference(header, "Files/a/b.avro", 123, "ab".repeat(32)));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventReadsBack(HubEvent event) {
    assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
  }
}
