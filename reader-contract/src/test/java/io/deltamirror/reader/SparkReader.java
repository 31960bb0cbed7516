package io.deltamirror.reader;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Spark with Delta, in this process. */
final class SparkReader implements MirrorReader, AutoCloseable {
  private final SparkSession spark;

  /**
   * Starts it.
   *
   * @param folder for what it writes itself
   */
  SparkReader(Path folder) {
    this.spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.datetime.java8API.enabled", "true")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.local.dir", folder.toString())
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
  }

  SparkSession session() {
    return spark;
  }

  /** The latest version of the table in a folder. */
  Dataset<Row> latest(Path folder) {
    return spark.read().format("delta").load(folder.toString());
  }

  @Override
  public TableRows read(SourceTable table, Path folder) {
    return rows(table, latest(folder));
  }

  /** All rows of an earlier version. */
  TableRows readVersion(SourceTable table, Path folder, long version) {
    return rows(
        table, spark.read().format("delta").option("versionAsOf", version).load(folder.toString()));
  }

  private static TableRows rows(SourceTable table, Dataset<Row> data) {
    List<List<String>> rows = new ArrayList<>();
    List<String> columns = Arrays.asList(data.columns());
    if (columns.equals(table.columnNames())) {
      data.collectAsList().forEach(row -> rows.add(texts(table, row)));
    }
    return TableRows.of(table, columns, rows);
  }

  private static List<String> texts(SourceTable table, Row row) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      texts.add(row.isNullAt(i) ? null : ValueText.of(table.columns().get(i).type(), row.get(i)));
    }
    return texts;
  }

  @Override
  public void close() {
    spark.stop();
  }
}
