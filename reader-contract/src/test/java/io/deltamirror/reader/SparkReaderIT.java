package io.deltamirror.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Seq;

/** Spark reads in each mirrored table what PostgreSQL has, through a whole life of changes. */
class SparkReaderIT {
  /** More than a checkpoint's interval. */
  private static final int ROUNDS = 24;

  /** Nothing was ever deleted or changed in them, or they were copied since. */
  private static final Set<String> WITHOUT_DELETIONS =
      Set.of("never_filled", "insert_only", "unfit_later");

  @TempDir private static Path folder;
  private static SourceDatabase source;
  private static Shop shop;
  private static SparkReader spark;

  /** What the orders were after some of their versions. */
  private static final Map<Long, TableRows> HISTORY = new LinkedHashMap<>();

  @BeforeAll
  static void mirrorALifeOfChanges() throws Exception {
    source = SourceDatabase.start();
    spark = new SparkReader(folder.resolve("spark"));
    shop = new Shop(source);
    shop.create();
    MirrorProcess.runUntilCaughtUp(source, lake());
    assertThat(differences()).as("after the initial copy").isEmpty();

    try (MirrorProcess mirror = MirrorProcess.run(source, lake())) {
      shop.change();
      followOrders(mirror);
      await(mirror, () -> columnNames("reshaped").contains("added"));
      shop.changeAgain();
    }
    MirrorProcess.runUntilCaughtUp(source, lake());
  }

  /** Each round is one transaction and one commit. */
  private static void followOrders(MirrorProcess mirror) throws Exception {
    SourceTable orders = shop.orders();
    LogFolder log = new LogFolder(orders.folder(lake()));
    for (int round = 1; round <= ROUNDS; round++) {
      long before = log.latestVersion();
      shop.changeOrders(round);
      await(mirror, () -> log.latestVersion() > before);
      if (round % 8 == 1) {
        HISTORY.put(log.latestVersion(), source.rows(orders));
      }
    }
  }

  private static void await(MirrorProcess mirror, Callable<Boolean> arrived) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .failFast(mirror::requireRunning)
        .until(arrived);
  }

  @AfterAll
  static void stop() throws Exception {
    spark.close();
    source.close();
  }

  private static Path lake() {
    return folder.resolve("lake");
  }

  private static List<String> columnNames(String table) throws Exception {
    List<JsonNode> metadata = new LogFolder(shop.table(table).folder(lake())).actions("metaData");
    return List.of(metadata.get(metadata.size() - 1).path("schemaString").asText().split("\""));
  }

  private static List<String> differences() throws Exception {
    List<String> differences = new ArrayList<>();
    for (SourceTable table : shop.tables()) {
      differences.addAll(
          RowDifferences.between(
              table, source.rows(table), spark.read(table, table.folder(lake()))));
    }
    return differences;
  }

  @Test
  void everyRowOfEveryTableIsThereAfterAllChanges() throws Exception {
    assertThat(shop.tables()).hasSizeGreaterThan(9);
    assertThat(differences()).isEmpty();
  }

  @Test
  void aRowThatIsNotMirroredIsNamed() throws Exception {
    SourceTable orders = shop.orders();
    TableRows mirrored = spark.read(orders, orders.folder(lake()));
    source.execute("BEGIN; UPDATE shop.orders SET total = 0.07 WHERE id = 1000");
    TableRows changed = source.rows(orders);
    source.execute("ROLLBACK");
    assertThat(RowDifferences.between(orders, changed, mirrored))
        .singleElement()
        .asString()
        .startsWith("shop.orders [1000]: column total (numeric) is '0.07', in the mirror '1250.0");
  }

  @Test
  void tablesHaveDeletionVectorsColumnMappingAndCheckpoints() throws Exception {
    for (SourceTable table : shop.tables()) {
      LogFolder log = new LogFolder(table.folder(lake()));
      JsonNode protocol = log.actions("protocol").get(0);
      assertThat(protocol.path("readerFeatures").findValuesAsText("")).as("%s", protocol).isEmpty();
      assertThat(protocol.path("readerFeatures").toString())
          .contains("\"deletionVectors\"")
          .contains("\"columnMapping\"");
      if (!WITHOUT_DELETIONS.contains(table.name())) {
        assertThat(log.actions("add"))
            .as("files of %s", table)
            .anyMatch(add -> add.path("deletionVector").isObject());
      }
    }
    assertThat(new LogFolder(shop.orders().folder(lake())).latestCheckpoint()).isPositive();
  }

  @Test
  void aCheckpointIsReadInPlaceOfTheCommitsItSumsUp() throws Exception {
    SourceTable orders = shop.orders();
    Path copy = folder.resolve("checkpointed");
    copy(orders.folder(lake()), copy);
    LogFolder log = new LogFolder(copy);
    log.removeCommitsBefore(log.latestCheckpoint());
    assertThat(RowDifferences.between(orders, source.rows(orders), spark.read(orders, copy)))
        .isEmpty();
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void earlierVersionsAreWhatTheSourceWasThen() throws Exception {
    SourceTable orders = shop.orders();
    assertThat(HISTORY).hasSizeGreaterThan(2);
    for (Map.Entry<Long, TableRows> version : HISTORY.entrySet()) {
      TableRows read = spark.readVersion(orders, orders.folder(lake()), version.getKey());
      assertThat(RowDifferences.between(orders, version.getValue(), read))
          .as("version %d", version.getKey())
          .isEmpty();
    }
  }

  @Test
  void sqlSeesTheSourcesNames() throws Exception {
    SourceTable odd = shop.table("Odd, Names");
    String table = "delta.`" + odd.folder(lake()) + "`";
    List<Row> described = spark.session().sql("DESCRIBE TABLE " + table).collectAsList();
    assertThat(described).extracting(row -> row.getString(0)).startsWith(names(odd));
    Row detail = spark.session().sql("DESCRIBE DETAIL " + table).first();
    assertThat(detail.<String>getAs("format")).isEqualTo("delta");
    assertThat(detail.<Integer>getAs("minReaderVersion")).isEqualTo(3);
    assertThat(
            spark
                .session()
                .sql("SELECT `select` FROM " + table + " WHERE `a.b` = 'k21'")
                .first()
                .getInt(0))
        .isEqualTo(21);
  }

  @Test
  void columnsThatDifferByCaseAloneHaveNamesThatDiffer() throws Exception {
    SourceTable table = source.table("odd", "by_case");
    Row row = spark.latest(table.folder(lake())).where("id = 4").first();
    assertThat(row.schema().fieldNames()).containsExactly("id", "a", "A_3");
    assertThat(row.getInt(1)).isEqualTo(-4);
    assertThat(row.isNullAt(2)).isTrue();
  }

  @Test
  void whatDeltaHoldsNativelyIsNative() throws Exception {
    assertThat(types("lists"))
        .contains(
            "flags array<boolean>",
            "ints array<int>",
            "prices array<decimal(10,2)>",
            "moments array<timestamp>",
            "squares array<array<int>>",
            "moods array<string>");
    assertThat(types("unfit")).contains("d string", "n string", "a string");
    assertThat(types("evolved")).contains("price decimal(8,3)", "tags array<string>");
    assertThat(types("computed"))
        .containsExactly(
            "id int",
            "o bigint",
            "x bigint",
            "os array<bigint>",
            "shape binary",
            "twice int",
            "label string");
  }

  /** Those of docs/types.md; the one that is missing here has to be asked for. */
  @Test
  void everyTypeOfDeltaThatIsWrittenIsAmongThem() throws Exception {
    Set<String> read = new TreeSet<>();
    for (SourceTable table : shop.tables()) {
      types(table.name()).forEach(type -> read.add(type.replaceFirst(".* ", "")));
    }
    Set<String> single = new TreeSet<>();
    read.forEach(type -> single.add(type.replaceAll("array<|>|\\(.*", "")));
    assertThat(single)
        .containsExactlyInAnyOrder(
            "boolean",
            "smallint",
            "int",
            "bigint",
            "float",
            "double",
            "decimal",
            "string",
            "binary",
            "date",
            "timestamp");
    for (String element : single) {
      assertThat(read).anyMatch(type -> type.startsWith("array<" + element));
    }
  }

  private static List<String> types(String table) throws Exception {
    return Stream.of(spark.latest(shop.table(table).folder(lake())).schema().fields())
        .map(field -> field.name() + " " + field.dataType().catalogString())
        .toList();
  }

  @Test
  void timestampsWithoutZoneAreNativeIfAskedFor() throws Exception {
    source.execute(
        """
        CREATE TABLE public.chosen (id int PRIMARY KEY, clock timestamp, clocks timestamp[], n numeric(38,4));
        INSERT INTO public.chosen VALUES (1, '2026-03-29 02:30:00.123456', '{1969-12-31 23:59:59.999999,NULL}', 1.1),
          (2, '0044-03-15 12:00:00 BC', '{}', NULL), (3, NULL, NULL, -99999999999999999999.9999);
        """);
    Path other = folder.resolve("chosen");
    MirrorProcess.runUntilCaughtUp(
        source, other, "--tables", "public.chosen", "--name", "chosen", "--timestamp-ntz");
    SourceTable table = source.table("public", "chosen");
    assertThat(spark.latest(table.folder(other)).schema().apply("clock").dataType().typeName())
        .isEqualTo("timestamp_ntz");
    assertThat(
            RowDifferences.between(
                table, source.rows(table), spark.read(table, table.folder(other))))
        .isEmpty();
  }

  @Test
  void numbersWithoutAScaleAreDecimalsIfAskedForAndTextWhereOneDoesNotFit() throws Exception {
    source.execute(
        """
        CREATE TABLE public.scaled (id int PRIMARY KEY, free numeric, wide numeric(50,2), list numeric[], fine numeric);
        INSERT INTO public.scaled VALUES (1, 1.5, 99999999999999999999999999999999.25, '{1,NULL,-0.000001}', 0.0000001),
          (2, NULL, NULL, '{}', 1.50), (3, -0.000001, -0.01, NULL, NULL);
        """);
    Path other = folder.resolve("scaled");
    String[] options = {"--tables", "public.scaled", "--name", "scaled", "--numeric-scale", "6"};
    MirrorProcess.runUntilCaughtUp(source, other, options);
    source.execute(
        """
        INSERT INTO public.scaled VALUES (4, 100, -99999999999999999999999999999999, '{0.1}', 1e-20);
        UPDATE public.scaled SET free = free * 2, wide = 7 WHERE id = 1;
        """);
    MirrorProcess.runUntilCaughtUp(source, other, options);

    Dataset<Row> read = spark.latest(source.table("public", "scaled").folder(other)).orderBy("id");

    assertThat(read.schema().fields())
        .extracting(field -> field.dataType().catalogString())
        .containsExactly("int", "decimal(38,6)", "decimal(38,6)", "array<decimal(38,6)>", "string");
    assertThat(read.collectAsList())
        .extracting(SparkReaderIT::line)
        .containsExactly(
            "1 | 3.000000 | 7.000000 | [1.000000, null, -0.000001] | 0.0000001",
            "2 | null | null | [] | 1.50",
            "3 | -0.000001 | -0.010000 | null | null",
            "4 | 100.000000 | -99999999999999999999999999999999.000000 | [0.100000]"
                + " | 0.00000000000000000001");
  }

  private static String line(Row row) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      Object value =
          row.isNullAt(i) || !(row.get(i) instanceof Seq<?>) ? row.get(i) : row.getList(i);
      texts.add(value instanceof BigDecimal number ? number.toPlainString() : "" + value);
    }
    return String.join(" | ", texts);
  }

  /** The statements of README.md. */
  @Test
  void sqlReadsRowsVersionsAndHistory() throws Exception {
    SourceTable orders = shop.orders();
    String table = "delta.`" + orders.folder(lake()) + "`";
    Map.Entry<Long, TableRows> earlier = HISTORY.entrySet().iterator().next();
    List<Row> found =
        spark.session().sql("SELECT * FROM " + table + " WHERE id = 17").collectAsList();
    assertThat(found).singleElement().extracting(row -> row.getLong(0)).isEqualTo(17L);
    String count = "SELECT count(*) FROM " + table + " VERSION AS OF " + earlier.getKey();
    assertThat(spark.session().sql(count).first().getLong(0)).isEqualTo(earlier.getValue().size());
    assertThat(spark.session().sql("DESCRIBE HISTORY " + table).count()).isGreaterThan(ROUNDS);
  }

  private static String[] names(SourceTable table) {
    return table.columnNames().toArray(String[]::new);
  }
}
