package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.parquet.ReadPattern;
import io.deltamirror.lake.parquet.RowFetcher;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnTypesInLakeTest {
  private static final Position FLOOR = Position.startOf(1);

  @TempDir Path lake;

  private static Object parse(Column column, String text) {
    ColumnType type = ColumnTypes.of(column);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return type.parse(bytes, 0, bytes.length);
  }

  private static Column column(int number, String name, int oid, int typmod, int keyOrdinal) {
    return new Column(number, name, oid, typmod, "type " + oid, keyOrdinal);
  }

  private static int numeric(int precision, int scale) {
    return (precision << 16 | scale) + 4;
  }

  @Test
  void valuesOfEveryTypeComeBackAsTheyWere() throws IOException {
    List<Column> columns =
        List.of(
            column(1, "id", 23, -1, 1),
            column(2, "small", 21, -1, 0),
            column(3, "big", 20, -1, 0),
            column(4, "yes/no", 16, -1, 0),
            column(5, "real", 700, -1, 0),
            column(6, "double", 701, -1, 0),
            column(7, "price", 1700, numeric(9, 2), 0),
            column(8, "long price", 1700, numeric(18, 4), 0),
            column(9, "wide price", 1700, numeric(38, 10), 0),
            column(10, "text, with; odd=name", 25, -1, 0),
            column(11, "bytes", 17, -1, 0),
            column(12, "day", 1082, -1, 0),
            column(13, "local", 1114, -1, 0),
            column(14, "zoned", 1184, -1, 0),
            column(15, "key", 2950, -1, 0));
    String[] texts = {
      "1",
      "-32768",
      "-9223372036854775808",
      "t",
      "1.5e-40",
      "-0",
      "-1234567.89",
      "99999999999999.9999",
      "-9999999999999999999999999999.0123456789",
      "é𝄞 \"quoted\"",
      "\\x00ff10",
      "0044-03-15 BC",
      "1999-12-31 23:59:59.999999",
      "2024-02-29 12:00:00.000001+00",
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    };
    Object[] row = new Object[texts.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = parse(columns.get(i), texts[i]);
    }
    Object[] nulls = new Object[texts.length];
    nulls[0] = 2;
    TableSchema shape =
        new TableSchema(1, new TableName("public", "types"), columns, ReplicaIdentity.DEFAULT);
    DeltaTables tables = new DeltaTables(new LocalLakeStorage(lake), 1);

    TestTables.seed(tables, "m", shape, 1, TestTables.SNAPSHOT, FLOOR, List.of(row, nulls));

    List<List<Object>> read = TestTables.read(lake, "Tables/public/types");
    assertThat(read.get(0))
        .containsExactly(
            1,
            -32768,
            Long.MIN_VALUE,
            true,
            1.5e-40f,
            -0.0,
            new BigDecimal("-1234567.89"),
            new BigDecimal("99999999999999.9999"),
            new BigDecimal("-9999999999999999999999999999.0123456789"),
            "é𝄞 \"quoted\"",
            "00ff10",
            (int) LocalDate.of(-43, 3, 15).toEpochDay(),
            micros("1999-12-31T23:59:59.999999Z"),
            micros("2024-02-29T12:00:00.000001Z"),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    assertThat(read.get(1).subList(1, texts.length)).containsOnlyNulls();
    String log =
        Files.readString(lake.resolve("Tables/public/types/_delta_log/00000000000000000000.json"));
    assertThat(log)
        .as("days beyond four-digit years are left out of the statistics")
        .doesNotContain("-0043")
        .contains("1999-12-31T23:59:59.999Z")
        .as("an upper bound is rounded up")
        .contains("2000-01-01T00:00:00.000Z")
        .contains("-9999999999999999999999999999.0123456789");
  }

  /** A column whose values have the given form. */
  private static Column formed(int number, String form) {
    return new Column(number, "c" + number + " " + form, 0, -1, form, 0, form);
  }

  /** A value in a list, as PostgreSQL prints it and as readers of the table see it. */
  private record Element(String form, String text, Object seen) {}

  private static final List<Element> ELEMENTS =
      List.of(
          new Element("smallint", "-32768", -32768),
          new Element("integer", "2147483647", Integer.MAX_VALUE),
          new Element("bigint", "-9223372036854775808", Long.MIN_VALUE),
          new Element("boolean", "t", true),
          new Element("real", "NaN", Float.NaN),
          new Element("double", "-0", -0d),
          new Element("decimal(9,2)", "-1234567.89", new BigDecimal("-1234567.89")),
          new Element(
              "decimal(38,10)",
              "-9999999999999999999999999999.0123456789",
              new BigDecimal("-9999999999999999999999999999.0123456789")),
          new Element("text", "\"NULL, {é𝄞} \\\"\\\\\"", "NULL, {é𝄞} \"\\"),
          new Element("binary", "\"\\\\x00ff10\"", "00ff10"),
          new Element(
              "ewkb",
              "0101000000000000000000F03F0000000000000040",
              "0101000000000000000000f03f0000000000000040"),
          new Element("date", "\"0044-03-15 BC\"", (int) LocalDate.of(-43, 3, 15).toEpochDay()),
          new Element(
              "timestamp", "\"1999-12-31 23:59:59.999999\"", micros("1999-12-31T23:59:59.999999Z")),
          new Element(
              "timestamptz",
              "\"2024-02-29 12:00:00.000001+00\"",
              micros("2024-02-29T12:00:00.000001Z")),
          new Element(
              "timestamp_ntz",
              "\"1582-10-04 00:00:00.000001\"",
              micros("1582-10-04T00:00:00.000001Z")));

  @Test
  void listsOfEveryFormComeBackAsTheyWere() throws IOException {
    List<Column> columns = new ArrayList<>(List.of(column(1, "id", 23, -1, 1)));
    List<List<Object>> expected = new ArrayList<>();
    List<Object[]> rows = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      expected.add(new ArrayList<>(List.of(row)));
      rows.add(new Object[1 + 2 * ELEMENTS.size()]);
      rows.get(row)[0] = row;
    }
    for (Element element : ELEMENTS) {
      Column flat = formed(columns.size() + 1, "array(" + element.form + ")");
      columns.add(flat);
      Column nested = formed(columns.size() + 1, "array(array(" + element.form + "))");
      columns.add(nested);
      String two = "{NULL," + element.text + "}";
      List<Object> seen = Arrays.asList(null, element.seen);
      add(rows, expected, flat, Arrays.asList(two, "{}", "{NULL}", null));
      add(expected, Arrays.asList(seen, List.of(), Arrays.asList((Object) null), null));
      add(
          rows,
          expected,
          nested,
          Arrays.asList("{" + two + "," + two + "}", null, "{}", "{{NULL}}"));
      add(
          expected,
          Arrays.asList(
              List.of(seen, seen), null, List.of(), List.of(Arrays.asList((Object) null))));
    }
    TableSchema shape =
        new TableSchema(1, new TableName("public", "lists"), columns, ReplicaIdentity.DEFAULT);
    LocalLakeStorage storage = new LocalLakeStorage(lake);

    TestTables.seed(new DeltaTables(storage, 1), "m", shape, 1, TestTables.SNAPSHOT, FLOOR, rows);

    assertThat(TestTables.read(lake, "Tables/public/lists")).isEqualTo(expected);
    TableVersion read = new DeltaTables(storage, 1).of(shape.name()).current().orElseThrow();
    List<Object[]> fetched =
        new RowFetcher(new DataFiles(storage), ReadPattern.DISK)
            .fetch(
                read.files().iterator().next().dataFile(),
                read.columns().all().stream().map(TableColumn::dataColumn).toList(),
                new long[] {0, 1, 2, 3});
    for (int row = 0; row < rows.size(); row++) {
      assertThat(fetched.get(row)).as("row %d", row).isEqualTo(rows.get(row));
    }
    JsonNode stats = statistics("lists");
    String physical = read.columns().all().get(1).physicalName();
    assertThat(stats.path("minValues").fieldNames())
        .toIterable()
        .containsExactly(read.columns().all().get(0).physicalName());
    assertThat(stats.path("nullCount").path(physical).intValue()).isOne();
  }

  private static void add(
      List<Object[]> rows, List<List<Object>> expected, Column column, List<String> texts) {
    int index = expected.get(0).size();
    for (int row = 0; row < rows.size(); row++) {
      rows.get(row)[index] = texts.get(row) == null ? null : parse(column, texts.get(row));
    }
  }

  private static void add(List<List<Object>> expected, List<?> values) {
    for (int row = 0; row < expected.size(); row++) {
      expected.get(row).add(values.get(row));
    }
  }

  private JsonNode statistics(String table) throws IOException {
    for (String line :
        Files.readAllLines(
            lake.resolve("Tables/public/" + table + "/_delta_log/00000000000000000000.json"))) {
      JsonNode add = Json.mapper().readTree(line).path("add");
      if (!add.isMissingNode()) {
        return Json.mapper().readTree(add.path("stats").asText());
      }
    }
    throw new AssertionError("no file was added");
  }

  @ParameterizedTest
  @CsvSource({"timestamp_ntz, true", "array(timestamp_ntz), true", "timestamp, false"})
  void onlyATableWithTimestampNtzAsksItsReadersForIt(String form, boolean asked)
      throws IOException {
    TableSchema shape =
        new TableSchema(
            1,
            new TableName("public", "local"),
            List.of(column(1, "id", 23, -1, 1), formed(2, form)),
            ReplicaIdentity.DEFAULT);

    TableVersion version =
        TestTables.seed(
            new DeltaTables(new LocalLakeStorage(lake), 1),
            "m",
            shape,
            1,
            TestTables.SNAPSHOT,
            FLOOR,
            List.of());

    var protocol = version.snapshot().getProtocol();
    assertThat(protocol.getReaderFeatures().contains("timestampNtz")).isEqualTo(asked);
    assertThat(protocol.getWriterFeatures().contains("timestampNtz")).isEqualTo(asked);
  }

  @Test
  void otherFormsThanThoseOfBuiltInTypesComeBack() throws IOException {
    List<Column> columns =
        List.of(column(1, "id", 23, -1, 1), formed(2, "timestamp_ntz"), formed(3, "ewkb"));
    Object[] row = {
      1,
      parse(columns.get(1), "294246-12-31 23:59:59.999999"),
      parse(columns.get(2), "0101000000000000000000F03F0000000000000040")
    };
    TableSchema shape =
        new TableSchema(1, new TableName("public", "forms"), columns, ReplicaIdentity.DEFAULT);

    TestTables.seed(
        new DeltaTables(new LocalLakeStorage(lake), 1),
        "m",
        shape,
        1,
        TestTables.SNAPSHOT,
        FLOOR,
        List.<Object[]>of(row));

    assertThat(TestTables.read(lake, "Tables/public/forms"))
        .containsExactly(
            List.of(
                1,
                micros("+294246-12-31T23:59:59.999999Z"),
                "0101000000000000000000f03f0000000000000040"));
  }

  @Test
  void boundsOfATimestampWithoutZoneAreFoundByOtherReaders() throws IOException {
    Column key = new Column(1, "key", 1114, -1, "timestamp", 1, "timestamp_ntz");
    TableSchema shape =
        new TableSchema(1, new TableName("public", "ntz"), List.of(key), ReplicaIdentity.DEFAULT);
    LocalLakeStorage storage = new LocalLakeStorage(lake);
    long low = (Long) parse(key, "1960-01-01 00:00:00.000001");
    long high = (Long) parse(key, "2030-12-31 01:02:03.123456");

    TestTables.seed(
        new DeltaTables(storage, 1),
        "m",
        shape,
        1,
        TestTables.SNAPSHOT,
        FLOOR,
        List.of(new Object[] {low}, new Object[] {high}));

    TableVersion read = new DeltaTables(storage, 1).of(shape.name()).current().orElseThrow();
    KeyBounds bounds = read.files().iterator().next().keyBounds();
    assertThat(bounds).isEqualTo(new KeyBounds(low - 1, high - 456 + 1_999));
    assertThat(filesWith(">", low - 1_000)).isOne();
    assertThat(filesWith("<", low)).as("statistics are cut to milliseconds").isOne();
    assertThat(filesWith("<", low - 1)).isZero();
    assertThat(filesWith(">", high)).isOne();
    assertThat(filesWith(">", high - 456 + 2_000)).as("Kernel adds a millisecond").isZero();
  }

  /** How many files Kernel does not skip. */
  private int filesWith(String comparison, long micros) throws IOException {
    Engine engine = DefaultEngine.create(new Configuration());
    Snapshot snapshot =
        TableManager.loadSnapshot(lake.resolve("Tables/public/ntz").toString()).build(engine);
    int files = 0;
    try (var batches =
        snapshot
            .getScanBuilder()
            .withFilter(
                new Predicate(
                    comparison,
                    new io.delta.kernel.expressions.Column("key"),
                    Literal.ofTimestampNtz(micros)))
            .build()
            .getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (var rows = batches.next().getRows()) {
          for (; rows.hasNext(); rows.next()) {
            files++;
          }
        }
      }
    }
    return files;
  }

  private static long micros(String time) {
    return ChronoUnit.MICROS.between(
        OffsetDateTime.parse("1970-01-01T00:00:00Z"), OffsetDateTime.parse(time));
  }

  @ParameterizedTest
  @CsvSource({
    "20, -1, -5, 7",
    "21, -1, -5, 7",
    "1082, -1, 1960-01-01, 2030-12-31",
    "1114, -1, 1960-01-01 00:00:00, 2030-12-31 01:02:03.123",
    "1184, -1, 1960-01-01 00:00:00+00, 2030-12-31 01:02:03.123+00",
    "25, -1, abc, xyz",
    "1700, 589830, -1.25, 99.00",
    "1700, 2490374, -1.25, 12345678901234567890.99",
    "701, -1, -1.5, 1e300"
  })
  void boundsOfTheKeyComeBackFromTheLog(int oid, int typmod, String low, String high)
      throws IOException {
    Column key = column(1, "key", oid, typmod, 1);
    TableSchema shape =
        new TableSchema(1, new TableName("public", "keys"), List.of(key), ReplicaIdentity.DEFAULT);
    DeltaTables tables = new DeltaTables(new LocalLakeStorage(lake), 1);
    Object min = parse(key, low);
    Object max = parse(key, high);
    List<Object[]> rows = new ArrayList<>();
    rows.add(new Object[] {min});
    rows.add(new Object[] {max});

    TestTables.seed(tables, "m", shape, 1, TestTables.SNAPSHOT, FLOOR, rows);

    TableVersion read =
        new DeltaTables(new LocalLakeStorage(lake), 1).of(shape.name()).current().orElseThrow();
    KeyBounds bounds = read.files().iterator().next().keyBounds();
    assertThat(bounds.min()).isEqualTo(min);
    boolean timestamp = oid == 1114 || oid == 1184;
    assertThat(bounds.max()).isEqualTo(timestamp ? (Long) max + 999 : max);
    assertThat(bounds.max()).isInstanceOfAny(max.getClass());
  }

  @Test
  void longTextAndWideDecimalBoundTheKeyFromOutside() throws IOException {
    List<Column> columns =
        List.of(column(1, "a", 25, -1, 1), column(2, "b", 1700, numeric(38, 0), 2));
    TableSchema shape =
        new TableSchema(1, new TableName("public", "wide"), columns, ReplicaIdentity.DEFAULT);
    DeltaTables tables = new DeltaTables(new LocalLakeStorage(lake), 1);
    String text = "x".repeat(100);
    Object[] row = {new Utf8(text), BigInteger.TEN.pow(37)};

    TableVersion version =
        TestTables.seed(tables, "m", shape, 1, TestTables.SNAPSHOT, FLOOR, List.<Object[]>of(row));

    KeyBounds bounds = version.files().iterator().next().keyBounds();
    assertThat(bounds.min().toString()).isLessThanOrEqualTo(text).hasSize(32);
    assertThat(bounds.max().toString()).isGreaterThan(text);
    assertThat(TestTables.read(lake, "Tables/public/wide"))
        .containsExactly(Arrays.asList(text, new BigDecimal(BigInteger.TEN.pow(37))));
  }
}
