package io.deltamirror.worker.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.worker.pgoutput.Relation.RelationColumn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PgOutputDecoderTest {
  private final PgOutputDecoder decoder = new PgOutputDecoder();
  private final HeardMessages heard = new HeardMessages();

  @Test
  void transactionCarriesUnsignedNumbersAndTimesSince1970() {
    decode(MessageWriter.begin(-2L, 1_700_000_000_123_456L, 0xFFFF_FFFEL));
    decode(MessageWriter.commit(-2L, -1L, 1_700_000_000_123_456L));

    assertThat(heard.lines)
        .containsExactly("begin -2 1700000000123456 4294967294", "commit -2 -1 1700000000123456");
  }

  @Test
  void relationKeepsOddNamesAndUnsignedOids() {
    Relation relation =
        new Relation(
            0xFFFF_FFF0L,
            "Schäma \"x\"",
            "a.b;c",
            ReplicaIdentity.FULL,
            List.of(
                new RelationColumn(true, "é ", 1043, 14), new RelationColumn(false, "É ", 20, -1)));

    decode(MessageWriter.relation(relation));

    assertThat(heard.lines).containsExactly("relation " + relation);
  }

  @Test
  void relationOfTheCatalogHasItsSchemaLeftOut() {
    decode(MessageWriter.relation(new Relation(1, "", "t", ReplicaIdentity.NOTHING, List.of())));

    assertThat(heard.lines.get(0)).contains("namespace=pg_catalog");
  }

  @Test
  void changesTellNullEmptyAndUnchangedApart() {
    List<Object> row = Arrays.asList("1", null, "", MessageWriter.UNCHANGED, "ü€😀");

    decode(MessageWriter.insert(7, row));
    decode(MessageWriter.update(7, 'K', null, row));
    decode(MessageWriter.update(7, 'K', Arrays.asList("0", null, null, null, null), row));
    decode(MessageWriter.update(7, 'O', Arrays.asList("0", "a", "b", "c", "d"), row));
    decode(MessageWriter.delete(7, 'K', Arrays.asList("0", null)));

    String values = "['1', null, '', unchanged, 'ü€😀']";
    assertThat(heard.lines)
        .containsExactly(
            "insert 7 " + values,
            "update 7 null " + values,
            "update 7 key ['0', null, null, null, null] " + values,
            "update 7 whole ['0', 'a', 'b', 'c', 'd'] " + values,
            "delete 7 key ['0', null]");
  }

  @Test
  void truncateNamesAllItsTables() {
    decode(MessageWriter.truncate(1, 0xFFFF_FFFFL, 3));

    assertThat(heard.lines).containsExactly("truncate [1, 4294967295, 3]");
  }

  @Test
  void messageComesWithItsContent() {
    decode(MessageWriter.logicalMessage(true, 42, "delta-mirror"));
    decode(MessageWriter.logicalMessage(false, 43, ""));

    assertThat(heard.lines)
        .containsExactly("message true 42 delta-mirror 3", "message false 43  3");
  }

  @Test
  void originAndTypeArePassedOver() {
    decode(MessageWriter.origin());
    decode(MessageWriter.type());

    assertThat(heard.lines).isEmpty();
  }

  @Test
  void indexesOfUnchangedColumns() {
    decode(
        MessageWriter.update(
            7, 'K', null, List.of(MessageWriter.UNCHANGED, "1", MessageWriter.UNCHANGED)));

    assertThat(heard.lastRow.unchanged()).containsExactly(0, 2);
  }

  @Test
  void tupleIsReadAnewForEachMessage() {
    Random random = new Random(printed(20261121));
    for (int i = 0; i < 2000; i++) {
      List<Object> row = randomRow(random);
      heard.lines.clear();
      decode(MessageWriter.insert(i, row));
      assertThat(heard.lines).containsExactly("insert " + i + " " + expected(row));
    }
  }

  @Test
  void everyTruncatedMessageIsRefusedAndNothingIsHeard() {
    for (byte[] whole : samples()) {
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatExceptionOfType(MirrorException.class)
            .isThrownBy(() -> decode(cut))
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_EVENT));
      }
    }
    assertThat(heard.lines).isEmpty();
  }

  @Test
  void bytesBehindAMessageAreRefused() {
    for (byte[] whole : samples()) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      assertThatExceptionOfType(MirrorException.class).isThrownBy(() -> decode(longer));
    }
    assertThat(heard.lines).isEmpty();
  }

  @Test
  void bentBytesAreReadOrRefused() {
    Random random = new Random(printed(4711));
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bent = samples().get(random.nextInt(samples().size())).clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      try {
        decode(bent);
      } catch (MirrorException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(heard.lines).isNotEmpty().hasSizeLessThanOrEqualTo(100_000 - refused);
  }

  @Test
  void messageWithinALargerArrayIsReadFromItsPlace() {
    byte[] message = MessageWriter.insert(7, List.of("abc"));
    byte[] larger = new byte[message.length + 20];
    System.arraycopy(message, 0, larger, 10, message.length);

    decoder.decode(ByteBuffer.wrap(larger, 10, message.length).slice(), heard);

    assertThat(heard.lines).containsExactly("insert 7 ['abc']");
  }

  private void decode(byte[] message) {
    decoder.decode(ByteBuffer.wrap(message), heard);
  }

  private static List<byte[]> samples() {
    List<Object> row = Arrays.asList("1", null, "text", MessageWriter.UNCHANGED);
    return List.of(
        MessageWriter.begin(100, 1, 2),
        MessageWriter.commit(100, 200, 1),
        MessageWriter.relation(
            new Relation(
                7,
                "s",
                "t",
                ReplicaIdentity.DEFAULT,
                List.of(new RelationColumn(true, "c", 20, -1)))),
        MessageWriter.insert(7, row),
        MessageWriter.update(7, 'K', row, row),
        MessageWriter.update(7, 'O', null, row),
        MessageWriter.delete(7, 'O', row),
        MessageWriter.truncate(7, 8),
        MessageWriter.logicalMessage(true, 42, "delta-mirror"));
  }

  private static List<Object> randomRow(Random random) {
    List<Object> row = new ArrayList<>();
    int columns = random.nextInt(40);
    for (int i = 0; i < columns; i++) {
      row.add(
          switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> MessageWriter.UNCHANGED;
            default -> "v" + Long.toString(random.nextLong(), 36).repeat(random.nextInt(4));
          });
    }
    return row;
  }

  private static List<String> expected(List<Object> row) {
    return row.stream()
        .map(
            value ->
                value == null
                    ? "null"
                    : value == MessageWriter.UNCHANGED ? "unchanged" : "'" + value + "'")
        .toList();
  }

  private static long printed(long seed) {
    System.out.println("seed " + seed);
    return seed;
  }
}
