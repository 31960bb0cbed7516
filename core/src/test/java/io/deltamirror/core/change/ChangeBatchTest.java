package io.deltamirror.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeBatchTest {
  private static final Position START = Position.startOf(17);

  private static ChangeBatch batch(TableSchema table, List<RowChange> changes) {
    ChangeWriter writer = new ChangeWriter(new RowCodec(table));
    changes.forEach(writer::add);
    return writer.finish("shop", 3, START);
  }

  private static List<RowChange> read(byte[] body) {
    List<RowChange> changes = new ArrayList<>();
    try (ChangeReader reader = new ChangeReader((ChangeBatch) EventCodec.decode(body))) {
      while (reader.hasNext()) {
        changes.add(reader.next());
      }
    }
    return changes;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatIsWrittenReadsBack(long seed) {
    RandomTables random = new RandomTables(seed);
    TableSchema table = random.table();
    List<RowChange> changes = random.changes(table, 1 + (int) seed * 300);
    byte[] body = EventCodec.encode(batch(table, changes));

    BatchHeader header = ((ChangeBatch) EventCodec.decode(body)).header();
    assertThat(header.table()).isEqualTo(table);
    assertThat(header.changes()).isEqualTo(changes.size());
    assertThat(header.previous()).isEqualTo(START);
    assertThat(header.first()).isEqualTo(changes.get(0).position(17));
    assertThat(header.last()).isEqualTo(changes.get(changes.size() - 1).position(17));

    List<RowChange> read = read(body);
    assertThat(read).hasSameSizeAs(changes);
    for (int i = 0; i < read.size(); i++) {
      assertSame(read.get(i), changes.get(i));
    }
  }

  /** ALTER TABLE drops the last column, too, and rows are still written. */
  @Test
  void rowsWithoutColumnsAreWrittenAndRead() {
    TableSchema table =
        new TableSchema(1, new TableName("s", "t"), List.of(), ReplicaIdentity.FULL);
    RowChange insert =
        new RowChange(Kind.INSERT, 100, 1, 7, 0, null, new Object[0], RowChange.NONE);
    RowChange update =
        new RowChange(Kind.UPDATE, 100, 2, 7, 0, new Object[0], new Object[0], RowChange.NONE);
    List<RowChange> read = read(EventCodec.encode(batch(table, List.of(insert, update))));
    assertThat(read).hasSize(2);
    assertSame(read.get(0), insert);
    assertSame(read.get(1), update);
  }

  private static void assertSame(RowChange actual, RowChange expected) {
    assertThat(actual.kind()).isEqualTo(expected.kind());
    assertThat(actual.position(17)).isEqualTo(expected.position(17));
    assertThat(actual.xid()).isEqualTo(expected.xid());
    assertThat(actual.commitMicros()).isEqualTo(expected.commitMicros());
    assertThat(actual.old()).isEqualTo(expected.old());
    assertThat(actual.row()).isEqualTo(expected.row());
    assertThat(actual.unchanged()).isEqualTo(expected.unchanged());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23})
  void anyAvroToolReadsIt(long seed) throws Exception {
    RandomTables random = new RandomTables(seed);
    TableSchema table = random.table();
    List<RowChange> changes = random.changes(table, 50);
    byte[] body = batch(table, changes).body();
    int records = 0;
    try (DataFileStream<GenericRecord> file =
        new DataFileStream<>(new ByteArrayInputStream(body), new GenericDatumReader<>())) {
      for (GenericRecord record : file) {
        assertThat(record.get("kind")).hasToString(changes.get(records).kind().name());
        records++;
      }
    }
    assertThat(records).isEqualTo(50);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33, 34, 35, 36})
  void bentBytesGiveAClearErrorOrTheSameShape(long seed) {
    RandomTables tables = new RandomTables(seed);
    TableSchema table = tables.table();
    byte[] body = batch(table, tables.changes(table, 200)).body();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] bent = body.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      byte[] cut = random.nextBoolean() ? bent : Arrays.copyOf(bent, random.nextInt(bent.length));
      try {
        read(cut);
      } catch (MirrorException e) {
        assertThat(e.code()).isIn(ErrorCode.MALFORMED_EVENT, ErrorCode.UNSUPPORTED_DATA_TYPE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Obj", "{\"not\":\"avro\"}"})
  void whatIsNoEventIsRefused(String text) {
    assertThatThrownBy(() -> EventCodec.decode(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_EVENT));
  }
}
