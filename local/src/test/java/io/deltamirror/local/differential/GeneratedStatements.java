package io.deltamirror.local.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The transactions of one session: what they are follows from the random alone, not from what other
 * sessions have done, so that some of them fail. For one thread.
 */
final class GeneratedStatements {
  /** Stands alone in a transaction: everything in it is taken back. */
  static final String ROLLBACK = "ROLLBACK";

  private final SplittableRandom random;
  private final GeneratedTables tables;
  private final String session;
  private int prepared;

  GeneratedStatements(SplittableRandom random, String session) {
    this.random = random;
    this.tables = new GeneratedTables(random.split());
    this.session = session;
  }

  /** The statements of the next transaction; one alone is not in a block. */
  List<String> next() {
    int dice = random.nextInt(100);
    if (dice < 3) {
      return List.of("VACUUM (FULL) " + keyed());
    }
    if (dice < 14) {
      return shape();
    }
    if (dice < 18) {
      return partition();
    }
    List<String> statements = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      statements.add(rows());
    }
    if (dice < 26) {
      statements.addAll(shape());
      statements.add(rows());
    } else if (dice < 40) {
      statements.addAll(List.of("SAVEPOINT s", rows()));
      if (random.nextInt(3) == 0) {
        statements.addAll(shape());
      }
      statements.addAll(List.of("ROLLBACK TO s", rows()));
    }
    if (dice >= 92) {
      statements.add(ROLLBACK);
    } else if (dice >= 90) {
      String name = session + "_" + prepared++;
      statements.add("PREPARE TRANSACTION '" + name + "'");
      statements.add((random.nextInt(2) == 0 ? "COMMIT" : ROLLBACK) + " PREPARED '" + name + "'");
    }
    return statements;
  }

  private String keyed() {
    return GeneratedTables.KEYED.get(random.nextInt(GeneratedTables.KEYED.size()));
  }

  private String changeable() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> GeneratedTables.PARTITIONED;
      case 2 -> GeneratedTables.BAG;
      default -> keyed();
    };
  }

  private String column() {
    return "c" + random.nextInt(GeneratedTables.COLUMNS);
  }

  private String rows() {
    int some = 1 + random.nextInt(8);
    int salt = random.nextInt(1_000_000);
    String table = changeable();
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> call("ins", table, random.nextInt(100) + ", " + some, salt);
      case 4 -> call("ins", GeneratedTables.GROWING, "0, " + some, salt);
      case 5, 6, 7, 8, 9 -> call("upd", table, "" + some, salt);
      case 10, 11 -> call("rekey", table, "1", salt);
      case 12, 13 -> call("del", table, "" + some, salt);
      case 14 ->
          "INSERT INTO "
              + GeneratedTables.BAG
              + " SELECT * FROM "
              + GeneratedTables.BAG
              + " ORDER BY ctid LIMIT 3";
      default ->
          random.nextInt(4) == 0
              ? "TRUNCATE " + table + (random.nextInt(3) == 0 ? ", " + keyed() : "")
              : call("ins", table, "0, 40", salt);
    };
  }

  private static String call(String function, String table, String numbers, int salt) {
    return String.format(
        Locale.ROOT, "SELECT fuzz.%s('%s', %s, %d)", function, table, numbers, salt);
  }

  /** A change of a table's shape, as one or several statements of one transaction. */
  private List<String> shape() {
    String table = changeable();
    String alter = "ALTER TABLE " + table + " ";
    String column = column();
    String type = tables.type();
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> List.of(alter + "ADD COLUMN " + column + " " + type);
      case 3, 4, 5 -> List.of(alter + "ADD COLUMN " + column + " " + typeWithDefault());
      case 6 -> List.of(alter + "ADD COLUMN " + column + " double precision DEFAULT random()");
      case 7, 8, 9 -> List.of(alter + "DROP COLUMN IF EXISTS " + column);
      case 10, 11 -> List.of(alter + "RENAME " + column + " TO " + column());
      case 12 -> {
        String other = column();
        yield List.of(
            alter + "RENAME " + column + " TO between",
            alter + "RENAME " + other + " TO " + column,
            alter + "RENAME between TO " + other);
      }
      case 13 ->
          List.of(alter + "ALTER " + column + " TYPE text USING " + column + "::text || 'x'");
      case 14 -> List.of(alter + "ALTER " + column + " TYPE " + type + " USING NULL");
      case 15 -> List.of(alter + "ALTER " + column + " SET STORAGE EXTERNAL");
      case 16 ->
          List.of(
              "ALTER TABLE "
                  + keyed()
                  + " REPLICA IDENTITY "
                  + (random.nextInt(2) == 0 ? "FULL" : "DEFAULT"));
      case 17 -> {
        String gone = keyed();
        List<String> statements = new ArrayList<>(List.of("DROP TABLE " + gone));
        statements.addAll(tables.keyed(gone));
        yield statements;
      }
      case 18 -> {
        String one = keyed();
        String two = keyed();
        yield List.of(
            "ALTER TABLE " + one + " RENAME TO between",
            "ALTER TABLE " + two + " RENAME TO " + one,
            "ALTER TABLE between RENAME TO " + two);
      }
      default ->
          List.of(
              alter + "DROP COLUMN IF EXISTS " + column + ", ADD COLUMN " + column + " " + type);
    };
  }

  private String typeWithDefault() {
    return switch (random.nextInt(7)) {
      case 0 -> "int DEFAULT 7";
      case 1 -> "text NOT NULL DEFAULT E'a\\t\\\\N\"'";
      case 2 -> "timestamptz DEFAULT now()";
      case 3 -> "numeric(12,2) DEFAULT 1.5";
      case 4 -> "int[] DEFAULT '{1,NULL}'";
      case 5 -> "mood DEFAULT 'ok'";
      default -> "bytea DEFAULT '\\x00ff'";
    };
  }

  private List<String> partition() {
    int from = 100 + 20 * random.nextInt(5);
    String name = "p0_" + from;
    String bounds = " FOR VALUES FROM (" + from + ") TO (" + (from + 20) + ")";
    return switch (random.nextInt(5)) {
      case 0 -> List.of("CREATE TABLE " + name + " PARTITION OF p0" + bounds);
      case 1 -> List.of("ALTER TABLE p0 DETACH PARTITION p0_a", "SELECT 1");
      case 2 ->
          List.of(
              "ALTER TABLE p0 ATTACH PARTITION p0_a FOR VALUES FROM (0) TO (30)",
              call("ins", "p0", "0, 10", random.nextInt(1000)));
      case 3 -> List.of("TRUNCATE p0_b");
      default -> List.of("DROP TABLE IF EXISTS " + name);
    };
  }
}
