package io.deltamirror.local.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The tables of a seed: they follow from the random alone. {@code t0} … {@code t3} have keys of any
 * type, {@code p0} has partitions, {@code b0} is a bag of rows, {@code n0} only grows.
 */
final class GeneratedTables {
  static final List<String> KEYED = List.of("t0", "t1", "t2", "t3");
  static final String PARTITIONED = "p0";
  static final String BAG = "b0";
  static final String GROWING = "n0";
  static final int COLUMNS = 8;

  private static final List<String> KEYS =
      List.of("int", "bigint", "text", "uuid", "numeric", "timestamptz", "date", "bytea");

  private static final List<String> TYPES =
      List.of(
          "int",
          "bigint",
          "smallint",
          "text",
          "varchar(4000)",
          "numeric",
          "numeric(12,2)",
          "real",
          "double precision",
          "boolean",
          "date",
          "timestamp",
          "timestamptz",
          "time",
          "interval",
          "bytea",
          "jsonb",
          "uuid",
          "int[]",
          "text[]",
          "numeric(12,2)[]",
          "mood",
          "mood[]",
          "whole");

  private final SplittableRandom random;

  GeneratedTables(SplittableRandom random) {
    this.random = random;
  }

  /** A type that a column may have. */
  String type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  /** Types and tables with their first rows. */
  List<String> all() {
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy, \"very\"')");
    statements.add("CREATE DOMAIN whole AS int");
    for (String table : KEYED) {
      statements.addAll(keyed(table));
    }
    statements.add(
        "CREATE TABLE p0 (id int, k2 int, "
            + columns()
            + ", PRIMARY KEY (id, k2)) PARTITION BY"
            + " RANGE (id)");
    statements.add("CREATE TABLE p0_a PARTITION OF p0 FOR VALUES FROM (0) TO (30)");
    statements.add("CREATE TABLE p0_b PARTITION OF p0 FOR VALUES FROM (30) TO (60)");
    statements.add("CREATE TABLE p0_d PARTITION OF p0 DEFAULT");
    statements.add("CREATE TABLE b0 (" + columns() + ")");
    statements.add("ALTER TABLE b0 REPLICA IDENTITY FULL");
    statements.add("CREATE TABLE n0 (" + columns() + ")");
    for (String table : List.of(PARTITIONED, BAG, GROWING)) {
      statements.add(rows(table));
    }
    return statements;
  }

  /** A table with a key, made with its first rows. */
  List<String> keyed(String table) {
    String key = KEYS.get(random.nextInt(KEYS.size()));
    boolean composite = random.nextInt(4) == 0;
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE "
            + table
            + " (id "
            + key
            + " NOT NULL, "
            + columns()
            + (composite
                ? ", k2 int NOT NULL DEFAULT 0, PRIMARY KEY (k2, id))"
                : ", PRIMARY KEY (id))"));
    if (random.nextInt(4) == 0) {
      statements.add("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
    }
    statements.add(rows(table));
    return statements;
  }

  private String rows(String table) {
    return "SELECT fuzz.ins('" + table + "', 0, " + random.nextInt(60) + ", " + salt() + ")";
  }

  private long salt() {
    return random.nextInt(1_000_000);
  }

  private String columns() {
    List<String> columns = new ArrayList<>();
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      columns.add("c" + i + " " + type());
    }
    return String.join(", ", columns);
  }
}
