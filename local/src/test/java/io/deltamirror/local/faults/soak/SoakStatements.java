package io.deltamirror.local.faults.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The statements of one session of the soak's load: what they are follows from the random alone,
 * not from what other sessions do. For one thread.
 */
final class SoakStatements {
  static final int TABLES = 10;
  private static final int KEYS = 3_000;

  private final SplittableRandom random;
  private final int session;
  private int made;

  SoakStatements(SplittableRandom random, int session) {
    this.random = random;
    this.session = session;
  }

  /** Makes the ten tables, with rows in each. */
  static List<String> schema() {
    List<String> statements = new ArrayList<>(List.of("CREATE SCHEMA soak"));
    for (int t = 0; t < TABLES; t++) {
      statements.addAll(table(name(t), t));
    }
    return statements;
  }

  /** Keys of different types, one of two columns, and one table with full row images. */
  private static List<String> table(String name, int kind) {
    String key =
        switch (kind % 4) {
          case 0 -> "k integer";
          case 1 -> "k bigint";
          case 2 -> "k text";
          default -> "k smallint";
        };
    String primary = kind % 4 == 3 ? "PRIMARY KEY (k, v)" : "PRIMARY KEY (k)";
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE "
            + name
            + " ("
            + key
            + " NOT NULL, v integer NOT NULL, note varchar(80), amount numeric(12,3), ratio double"
            + " precision, at timestamp, payload text, raw bytea, flag boolean, "
            + primary
            + ")");
    statements.add("ALTER TABLE " + name + " ALTER payload SET STORAGE EXTERNAL");
    if (kind == 5) {
      statements.add("ALTER TABLE " + name + " REPLICA IDENTITY FULL");
    }
    statements.add(rows(name, 0, 400, 0));
    return statements;
  }

  private static String name(int table) {
    return "soak.t" + table;
  }

  /** Rows with the given keys; those that are there are updated. */
  private static String rows(String table, int from, int count, long salt) {
    return String.format(
        Locale.ROOT,
        "INSERT INTO %s (k, v, note, amount, ratio, at, payload, raw, flag) SELECT i, 0, 'n' || i,"
            + " (i * 7919 + %d) %% 1000000 / 1000.0, i / 3.0, timestamp '2020-01-01' + i * interval"
            + " '1 minute', repeat(md5((i + %d)::text), i %% 13), decode(md5(i::text), 'hex'), i %%"
            + " 3 = 0 FROM generate_series(%d, %d) i ON CONFLICT DO NOTHING",
        table,
        salt,
        salt,
        from,
        from + count - 1);
  }

  /** The statements of the next transaction. */
  List<String> next() {
    int dice = random.nextInt(1000);
    if (dice < 6) {
      return List.of("TRUNCATE " + anyTable() + (dice < 2 ? ", " + anyTable() : ""));
    }
    if (dice < 14) {
      return List.of(bigChange());
    }
    if (dice < 18) {
      return List.of(
          "UPDATE "
              + anyTable()
              + " SET payload = (SELECT string_agg(md5((i + "
              + random.nextInt(1_000_000)
              + ")::text), '') FROM generate_series(1, 60000) i) WHERE v = 0 AND k::text = '"
              + random.nextInt(KEYS)
              + "'");
    }
    if (dice < 21) {
      return shapeChange();
    }
    List<String> statements = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      statements.add(smallChange());
    }
    if (dice < 90) {
      statements.add("ROLLBACK");
    } else if (dice < 180) {
      statements.addAll(List.of("SAVEPOINT s", smallChange(), "ROLLBACK TO s", smallChange()));
    }
    return statements;
  }

  private String smallChange() {
    String table = anyTable();
    int key = random.nextInt(KEYS);
    String some = " WHERE k::text LIKE '%" + random.nextInt(10, 1000) + "'";
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> rows(table, key, 1 + random.nextInt(20), random.nextInt(1_000_000));
      case 3 -> "UPDATE " + table + " SET amount = " + random.nextInt(1_000_000) + some;
      case 4 -> "UPDATE " + table + " SET note = NULL, flag = NOT flag" + some;
      case 5 ->
          "UPDATE "
              + table
              + " SET payload = repeat(md5('"
              + random.nextInt()
              + "'), "
              + random.nextInt(1, 1500)
              + ")"
              + some;
      case 6 -> "UPDATE " + table + " SET k = " + newKey(table) + some + " AND v = 0";
      default -> "DELETE FROM " + table + some;
    };
  }

  /** Moves rows to keys that others may hold: then the statement fails, and its transaction. */
  private String newKey(String table) {
    int shift = random.nextInt(1, 7) * KEYS;
    return switch (table.charAt(table.length() - 1) % 4) {
      case 2 -> "k || 'x'";
      case 3 -> "(k + " + random.nextInt(1, 3) * KEYS + ") % 30000";
      default -> "(k + " + shift + ") % 100000";
    };
  }

  private String bigChange() {
    String table = anyTable();
    return random.nextInt(2) == 0
        ? rows(table, 0, KEYS, random.nextInt(1_000_000))
        : "UPDATE " + table + " SET ratio = ratio + 1, v = v";
  }

  private List<String> shapeChange() {
    String name = "soak.s" + session + "_" + made++;
    return switch (random.nextInt(3)) {
      case 0 -> table(name, random.nextInt(5));
      case 1 ->
          List.of(
              "ALTER TABLE " + anyTable() + " ADD COLUMN IF NOT EXISTS extra integer DEFAULT 7");
      default -> List.of("ALTER TABLE " + anyTable() + " DROP COLUMN IF EXISTS extra");
    };
  }

  private String anyTable() {
    return name(random.nextInt(TABLES));
  }
}
