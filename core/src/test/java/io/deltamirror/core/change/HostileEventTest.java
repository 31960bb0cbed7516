package io.deltamirror.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events made to do harm: refused with a code, and without taking memory for what is not there. */
class HostileEventTest {
  private static final byte[] SYNC = new byte[16];
  private static final long FEW_BYTES = 8L << 20;

  private static final TableSchema TABLE =
      new TableSchema(
          16_400,
          new TableName("public", "t"),
          List.of(
              new Column(1, "id", 20, -1, "bigint", 1), new Column(2, "note", 25, -1, "text", 0)),
          ReplicaIdentity.DEFAULT);

  /** An event of one insert, whose header may be lied about, and whose block is the given one. */
  private static final class Forgery {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();

    Forgery(TableSchema table, int changes) {
      RowCodec codec = new RowCodec(table);
      ChangeWriter writer = new ChangeWriter(codec);
      writer.add(new RowChange(RowChange.Kind.TRUNCATE, 100, 1, 7, 0, null, null, RowChange.NONE));
      for (int i = 1; i < changes; i++) {
        writer.add(
            new RowChange(RowChange.Kind.TRUNCATE, 100, 1 + i, 7, 0, null, null, RowChange.NONE));
      }
      EventCodec.peek(writer.finish("shop", 1, Position.startOf(4)).body()).forEach(this::with);
    }

    Forgery with(String name, String value) {
      entries.put(name, value.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Forgery with(String name, byte[] value) {
      entries.put(name, value);
      return this;
    }

    Forgery block(long count, byte[] compressed) {
      number(blocks, count);
      number(blocks, compressed.length);
      blocks.writeBytes(compressed);
      blocks.writeBytes(SYNC);
      return this;
    }

    Forgery raw(long... numbers) {
      for (long number : numbers) {
        number(blocks, number);
      }
      return this;
    }

    byte[] body() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(new byte[] {'O', 'b', 'j', 1});
      number(out, entries.size());
      entries.forEach(
          (name, value) -> {
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            number(out, key.length);
            out.writeBytes(key);
            number(out, value.length);
            out.writeBytes(value);
          });
      number(out, 0);
      out.writeBytes(SYNC);
      out.writeBytes(blocks.toByteArray());
      return out.toByteArray();
    }
  }

  private static void number(ByteArrayOutputStream out, long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    while ((zigzag & ~0x7FL) != 0) {
      out.write((int) ((zigzag & 0x7F) | 0x80));
      zigzag >>>= 7;
    }
    out.write((int) zigzag);
  }

  private static byte[] numbers(long... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long value : values) {
      number(out, value);
    }
    return out.toByteArray();
  }

  private static void read(byte[] body) {
    if (EventCodec.decode(body) instanceof ChangeBatch batch) {
      try (ChangeReader reader = new ChangeReader(batch)) {
        while (reader.hasNext()) {
          reader.next();
        }
      }
    }
  }

  private static void assertRefused(byte[] body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_EVENT));
    assertThatCode(() -> EventCodec.peek(body)).doesNotThrowAnyException();
  }

  private static void assertRefusedCheaply(byte[] body, long bytes) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(body);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(bytes);
  }

  @Test
  void theForgeryIsReadWhenItDoesNotLie() {
    byte[] truncate = numbers(3, 100, 1, 7, 0, 0, 0, 0);
    assertThatCode(() -> read(new Forgery(TABLE, 1).block(1, Zstd.compress(truncate)).body()))
        .doesNotThrowAnyException();
  }

  @Test
  void aDecompressionBombIsCutOff() {
    // A text of 300 MB of one character: 30 KB as an event.
    byte[] head = numbers(0, 100, 1, 7, 0, 0, 1, 1, 5, 1, 300_000_000);
    byte[] plain = Arrays.copyOf(head, head.length + 300_000_000);
    byte[] bomb = new Forgery(TABLE, 1).block(1, Zstd.compress(plain)).body();
    assertThat(bomb).hasSizeLessThan(100_000);
    assertRefusedCheaply(bomb, 3L * Container.MAX_BLOCK_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, 2_000_000_000L, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void aBlockThatClaimsAnyLengthTakesNoMemory(long length) {
    assertRefusedCheaply(new Forgery(TABLE, 1).raw(1, length).body(), FEW_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void aHeaderThatClaimsAnyCountOrLengthTakesNoMemory(long n) {
    ByteArrayOutputStream count = new ByteArrayOutputStream();
    count.writeBytes(new byte[] {'O', 'b', 'j', 1});
    number(count, n);
    assertRefusedCheaply(count.toByteArray(), FEW_BYTES);
    number(count, 5);
    assertRefusedCheaply(count.toByteArray(), FEW_BYTES);

    ByteArrayOutputStream length = new ByteArrayOutputStream();
    length.writeBytes(new byte[] {'O', 'b', 'j', 1});
    number(length, 1);
    number(length, n);
    length.writeBytes(new byte[100]);
    assertRefusedCheaply(length.toByteArray(), FEW_BYTES);
  }

  @Test
  void aHeaderWhoseCountsSumUpToAnythingIsCutOff() {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(new byte[] {'O', 'b', 'j', 1});
    header.writeBytes(numbers(1, 0, 0));
    number(header, Long.MAX_VALUE);
    for (int i = 0; i < 2_000; i++) {
      header.writeBytes(numbers(3));
      header.writeBytes(Integer.toHexString(0x100 + i % 0xF00).getBytes(StandardCharsets.UTF_8));
      number(header, 0);
    }
    assertThat(EventCodec.peek(header.toByteArray())).hasSizeLessThanOrEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, 2_000_000_000L, -5, Long.MIN_VALUE})
  void aValueThatClaimsAnyLengthTakesNoMemory(long length) {
    byte[] row = numbers(0, 100, 1, 7, 0, 0, 1, 1, 5, 1, length);
    assertRefusedCheaply(new Forgery(TABLE, 1).block(1, Zstd.compress(row)).body(), FEW_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 2, Integer.MAX_VALUE, Long.MIN_VALUE})
  void aBlockOfAnotherNumberOfChangesIsRefused(long count) {
    byte[] truncate = numbers(3, 100, 1, 7, 0, 0, 0, 0);
    assertRefused(new Forgery(TABLE, 1).block(count, Zstd.compress(truncate)).body());
  }

  @Test
  void changesBehindThoseOfTheHeaderAreRefused() {
    byte[] one = numbers(3, 100, 1, 7, 0, 0, 0, 0);
    byte[] two = Arrays.copyOf(one, one.length * 2);
    System.arraycopy(numbers(3, 100, 2, 7, 0, 0, 0, 0), 0, two, one.length, one.length);
    assertRefused(new Forgery(TABLE, 1).block(1, Zstd.compress(two)).body());
    assertRefused(new Forgery(TABLE, 1).block(2, Zstd.compress(two)).body());
    assertRefused(
        new Forgery(TABLE, 1).block(1, Zstd.compress(one)).block(1, Zstd.compress(one)).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mirror.changes=0",
        "mirror.changes=-1",
        "mirror.changes=2147483648",
        "mirror.first=4/0/0/0",
        "mirror.last=4/0/63/1",
        "mirror.last=3/0/64/1",
        "mirror.previous=4/FFFFFFFF/FFFFFFFF/0",
        "mirror.previous=99999999999999999999/0/0/0",
        "mirror.previous=4/FFFFFFFFFFFFFFFFF/0/0",
        "mirror.version=2",
        "mirror.kind=../../changes",
        "mirror.table=null",
        "mirror.table={}",
        "mirror.table=[[[[",
        "avro.codec=snappy",
        "avro.schema={}"
      })
  void aHeaderThatLiesIsRefused(String lie) {
    String[] entry = lie.split("=", 2);
    byte[] truncate = numbers(3, 100, 1, 7, 0, 0, 0, 0);
    assertRefused(
        new Forgery(TABLE, 1).with(entry[0], entry[1]).block(1, Zstd.compress(truncate)).body());
  }

  @Test
  void whatIsNoUtf8IsRefused() {
    assertRefused(
        new Forgery(TABLE, 1).with("mirror.name", new byte[] {'s', (byte) 0xFF, 'p'}).body());
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    assertRefusedCheaply(new Forgery(TABLE, 1).with("mirror.table", deep).body(), 64L << 20);
    assertRefusedCheaply(new Forgery(TABLE, 1).with("avro.schema", deep).body(), 64L << 20);
  }

  @Test
  void aTableThatPostgresCannotHaveIsRefused() {
    List<Column> columns =
        IntStream.range(0, 20_000).mapToObj(i -> new Column(i, "c", 20, -1, "x", 0)).toList();
    for (TableSchema table :
        List.of(
            new TableSchema(1, new TableName("s", "t"), columns, ReplicaIdentity.DEFAULT),
            new TableSchema(-1, TABLE.name(), TABLE.columns(), ReplicaIdentity.DEFAULT),
            new TableSchema(1L << 32, TABLE.name(), TABLE.columns(), ReplicaIdentity.DEFAULT),
            new TableSchema(1, new TableName("", "t"), TABLE.columns(), ReplicaIdentity.DEFAULT),
            new TableSchema(1, new TableName("s", "t\0"), TABLE.columns(), ReplicaIdentity.DEFAULT),
            columns(new Column(1, "a", 20, -1, "x", 0), new Column(1, "b", 20, -1, "x", 0)),
            columns(new Column(1, "a", 20, -1, "x", 0), new Column(2, "a", 20, -1, "x", 0)),
            columns(new Column(1, "a", 20, -1, "x", 1), new Column(2, "b", 20, -1, "x", 1)),
            columns(new Column(-1, "a", 20, -1, "x", 0)),
            columns(new Column(40_000, "a", 20, -1, "x", 0)),
            columns(new Column(1, "a", 20, -1, "x", -1)),
            columns(new Column(1, "a", 20, -1, "x".repeat(5_000), 0)),
            shape(1, Map.of()),
            shape(-1, Map.of()),
            shape(40_000, Map.of()),
            shape(2, Map.of(3, "behind the last")),
            shape(2, Map.of(0, "none")),
            shape(3, Map.of(1, "x".repeat(9 << 20), 2, "x".repeat(9 << 20))))) {
      assertRefusedCheaply(
          new Forgery(TABLE, 1).with("mirror.table", Json.write(table)).body(), 192L << 20);
    }
  }

  private static TableSchema columns(Column... columns) {
    return new TableSchema(1, TABLE.name(), List.of(columns), ReplicaIdentity.DEFAULT);
  }

  private static TableSchema shape(int attnums, Map<Integer, String> missing) {
    return new TableSchema(
        1, TABLE.name(), TABLE.columns(), ReplicaIdentity.DEFAULT, attnums, missing);
  }

  @Test
  void columnsThatTheCatalogDoesNotKnowAnyMoreAreNoLie() {
    TableSchema shown =
        columns(new Column(0, "a", 20, -1, "x", 0), new Column(0, "b", 20, -1, "x", 0));
    assertThat(((ChangeBatch) EventCodec.decode(new Forgery(shown, 1).body())).header().table())
        .isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TEXT",
        "text ",
        "decimal(39,0)",
        "decimal(5,6)",
        "decimal(1,)",
        "array()",
        "array(text",
        "array(text:)",
        "array(array(text);)",
        "array(array(array(array(array(array(array(text)))))))",
        "jsonb"
      })
  void aFormThatIsNoneIsRefused(String form) {
    String table = Json.write(TABLE).replace("\"text\"}", "\"" + form + "\"}");
    assertThat(table).contains("\"carriedAs\":\"" + form + "\"");
    assertRefusedAnyhow(new Forgery(TABLE, 1).with("mirror.table", table).body());
  }

  @Test
  void aFormWithoutEndIsRefusedCheaply() {
    String deep = "array(".repeat(100_000) + "text" + ")".repeat(100_000);
    String table = Json.write(TABLE).replace("\"text\"}", "\"" + deep + "\"}");
    assertRefusedCheaply(new Forgery(TABLE, 1).with("mirror.table", table).body(), 64L << 20);
  }

  /** A form may also be one of a later version: known by another code. */
  private static void assertRefusedAnyhow(byte[] body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e ->
                assertThat(e.code())
                    .isIn(ErrorCode.MALFORMED_EVENT, ErrorCode.UNSUPPORTED_DATA_TYPE));
  }

  private static Forgery lists(String form, long... numbers) {
    Column column = new Column(1, "a", 1007, -1, "integer[]", 0, form);
    byte[] insert = numbers(0, 100, 1, 7, 0, 0, 1, 1);
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    row.writeBytes(insert);
    row.writeBytes(numbers(numbers));
    return new Forgery(columns(column), 1).block(1, Zstd.compress(row.toByteArray()));
  }

  @Test
  void aListIsReadWhenItDoesNotLie() {
    assertThatCode(() -> read(lists("array(integer)", 2, 1, 42, 0, 0, 0).body()))
        .doesNotThrowAnyException();
    assertThatCode(() -> read(lists("array(integer)", -2, 3, 1, 42, 0, 0, 0).body()))
        .doesNotThrowAnyException();
    assertThatCode(() -> read(lists("array(array(integer))", 1, 1, 1, 0, 0, 0, 0).body()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {3, 100, 1 << 20, Integer.MAX_VALUE, 1L << 40, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void aListThatClaimsAnyCountTakesNoMemory(long count) {
    assertRefusedCheaply(lists("array(integer)", count, 1, 42).body(), FEW_BYTES);
    assertRefusedCheaply(lists("array(array(text))", 1, 1, count).body(), FEW_BYTES);
  }

  @Test
  void aListOfMoreElementsThanAnyOfOursIsRefused() {
    int count = (1 << 20) + 1;
    long[] nulls = new long[count + 3];
    nulls[0] = count;
    assertRefusedCheaply(lists("array(integer)", nulls).body(), 64L << 20);
  }

  @Test
  void anInnerListIsNeverNull() {
    assertRefused(lists("array(array(integer))", 1, 0, 0, 0).body());
  }

  @Test
  void numbersBeyondTheirFormAreRefused() {
    assertRefused(lists("smallint", 40_000, 0).body());
    assertThatCode(() -> read(lists("smallint", -32_768, 0).body())).doesNotThrowAnyException();
  }

  @Test
  void anArrayIsNoKey() {
    Column key = new Column(1, "a", 1007, -1, "integer[]", 1, "array(integer)");
    assertThat(key.carriedAs()).isEqualTo("text");
    String table = Json.write(TABLE).replace("\"bigint\"}", "\"array(bigint)\"}");
    assertRefused(
        new Forgery(TABLE, 1)
            .with("mirror.table", table)
            .block(1, Zstd.compress(numbers(3, 100, 1, 7, 0, 0, 0, 0)))
            .body());
  }

  @Test
  void aReferenceWithAnAbsurdLengthOrHashIsRefused() {
    BatchHeader header = ((ChangeBatch) EventCodec.decode(new Forgery(TABLE, 1).body())).header();
    String hash = "ab".repeat(32);
    byte[] good = EventCodec.encode(new BatchReference(header, "p", 5, hash));
    assertThat(EventCodec.decode(good)).isInstanceOf(BatchReference.class);
    for (String lie :
        List.of("mirror.length=-1", "mirror.length=99999999999999", "mirror.sha256=../../x")) {
      String[] entry = lie.split("=", 2);
      Forgery forgery = new Forgery(TABLE, 1);
      EventCodec.peek(good).forEach((name, value) -> forgery.with(name, value));
      assertRefused(forgery.with(entry[0], entry[1]).body());
    }
  }

  @Test
  void whatCanBeReadOfADamagedHeaderIsKnown() {
    byte[] body = new Forgery(TABLE, 1).body();
    assertThat(EventCodec.peek(body)).containsEntry("mirror.name", "shop");
    assertThat(EventCodec.peek(Arrays.copyOf(body, body.length - 20)))
        .containsKey("avro.schema")
        .hasSizeLessThan(EventCodec.peek(body).size());
    assertThat(EventCodec.peek(new byte[0])).isEmpty();
  }
}
