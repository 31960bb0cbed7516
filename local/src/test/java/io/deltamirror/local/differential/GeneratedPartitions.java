package io.deltamirror.local.differential;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The partitions of {@code p0}, one of them with partitions of its own, and what becomes of them.
 * For one thread.
 */
final class GeneratedPartitions {
  private final SplittableRandom random;

  GeneratedPartitions(SplittableRandom random) {
    this.random = random;
  }

  /** The table with its first partitions. */
  static List<String> table(String columns) {
    return List.of(
        "CREATE TABLE p0 (id int, k2 int, "
            + columns
            + ", PRIMARY KEY (id, k2)) PARTITION BY RANGE (id)",
        "CREATE TABLE p0_a PARTITION OF p0 FOR VALUES FROM (0) TO (30)",
        "CREATE TABLE p0_b PARTITION OF p0 FOR VALUES FROM (30) TO (60)",
        "CREATE TABLE p0_s PARTITION OF p0 FOR VALUES FROM (60) TO (90) PARTITION BY HASH (k2)",
        "CREATE TABLE p0_s0 PARTITION OF p0_s FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE p0_s1 PARTITION OF p0_s FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "CREATE TABLE p0_d PARTITION OF p0 DEFAULT");
  }

  /** The statements of one transaction. */
  List<String> next() {
    int from = 100 + 20 * random.nextInt(5);
    String name = "p0_" + from;
    String bounds = " FOR VALUES FROM (" + from + ") TO (" + (from + 20) + ")";
    String empty = "DELETE FROM p0 WHERE id >= " + from + " AND id < " + (from + 20);
    int salt = random.nextInt(1000);
    return switch (random.nextInt(10)) {
      case 0 -> List.of(empty, "CREATE TABLE IF NOT EXISTS " + name + " PARTITION OF p0" + bounds);
      case 1 ->
          List.of(
              empty,
              "CREATE TABLE IF NOT EXISTS "
                  + name
                  + " PARTITION OF p0"
                  + bounds
                  + " PARTITION BY LIST (k2)",
              "CREATE TABLE IF NOT EXISTS " + name + "_x PARTITION OF " + name + " DEFAULT",
              "SELECT fuzz.ins('p0', " + from + ", 5, " + salt + ")");
      case 2, 3 -> List.of("SELECT fuzz.swap('p0_a', 0, 30)");
      case 4 -> List.of("SELECT fuzz.swap('p0_s', 60, 90)");
      case 5, 6 -> List.of("SELECT fuzz.swap('" + name + "', " + from + ", " + (from + 20) + ")");
      case 7 ->
          List.of("SELECT fuzz.alter(fuzz.leaf(" + random.nextInt(9) + "), 0, 'TRUNCATE %1$s')");
      case 8 ->
          List.of(
              "ALTER TABLE p0_s DETACH PARTITION p0_s1",
              "DELETE FROM p0_s1 WHERE id % 2 = 0",
              "ALTER TABLE p0_s ATTACH PARTITION p0_s1 FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
      default -> List.of("DROP TABLE IF EXISTS " + name);
    };
  }
}
