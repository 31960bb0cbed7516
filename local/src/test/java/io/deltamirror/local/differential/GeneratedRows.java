package io.deltamirror.local.differential;

import io.deltamirror.local.faults.PostgresVersion;
import java.util.Locale;
import java.util.SplittableRandom;

/** Statements that change rows. For one thread. */
final class GeneratedRows {
  private final SplittableRandom random;
  private final PostgresVersion version;

  GeneratedRows(SplittableRandom random, PostgresVersion version) {
    this.random = random;
    this.version = version;
  }

  /** One of the tables with a key, as an expression: which it is turns out when it runs. */
  String keyed() {
    return "fuzz.t(" + random.nextInt(8) + ")";
  }

  /** A table whose rows may change in any way, as an expression. */
  String changeable() {
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3 -> "'p0'";
      case 4, 5 -> "'b0'";
      case 6 -> "'i0'";
      case 7 -> "'i0_c'";
      case 8 -> "'g0'";
      case 9 -> "'r0'";
      default -> keyed();
    };
  }

  String next() {
    int some = 1 + random.nextInt(8);
    int salt = random.nextInt(1_000_000);
    int place = random.nextInt(100);
    // Where there is none yet, since a COPY knows of no conflict.
    int beyond = 1_000 + salt;
    String table = changeable();
    return switch (random.nextInt(20)) {
      case 0, 1 -> call("ins", table, place + ", " + some, salt);
      case 2 -> call("ins", "'n0'", "0, " + some, salt);
      case 3 -> "COPY FROM " + call("lines", table, beyond + ", " + some, salt);
      case 4 -> "COPY FROM " + call("lines", "'n0'", "0, " + some, salt);
      case 5, 6 -> put("upsert", table, place, some, salt);
      case 7, 8 ->
          put(version == PostgresVersion.V14 ? "upsert" : "merge", table, place, some, salt);
      case 9, 10, 11, 12, 13 -> call("upd", table, "" + some, salt);
      case 14, 15 -> call("rekey", table, "1", salt);
      case 16, 17 -> call("del", table, "" + some, salt);
      case 18 -> "INSERT INTO b0 SELECT * FROM b0 ORDER BY ctid LIMIT 3";
      default ->
          random.nextInt(4) == 0
              ? "SELECT fuzz.alter(" + table + ", 0, 'TRUNCATE %1$s CASCADE')"
              : call("ins", table, "0, 40", salt);
    };
  }

  private static String put(String how, String table, int place, int some, int salt) {
    return String.format(
        Locale.ROOT, "SELECT fuzz.put('%s', %s, %d, %d, %d)", how, table, place, some, salt);
  }

  private static String call(String function, String table, String numbers, int salt) {
    return String.format(
        Locale.ROOT, "SELECT * FROM fuzz.%s(%s, %s, %d)", function, table, numbers, salt);
  }
}
