package io.deltamirror.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark reads in each mirrored table what PostgreSQL has, through a whole life of changes. */
class SparkReaderIT {
  /** More than a checkpoint's interval. */
  private static final int ROUNDS = 24;

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
      if (!table.name().equals("never_filled")) {
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
