package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.TableStatus;
import io.deltamirror.local.faults.PostgresVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several changes of shape, with rows between them, that the worker reads long after. */
@Timeout(300)
class ChangesWhileAwayIT {
  private static final String[] TABLES = {
    "certain",
    "ambiguous",
    "dropped_and_added",
    "renamed",
    "swapped",
    "retyped",
    "gone",
    "made_anew"
  };

  @TempDir private Path folder;
  private SharedMirror mirror;

  @BeforeEach
  void start() throws Exception {
    mirror = SharedMirror.start(folder, PostgresVersion.V18);
  }

  @AfterEach
  void stop() throws Exception {
    mirror.close();
  }

  private static void row(MirroredSchema s, String table, int id) throws Exception {
    s.run("INSERT INTO " + table + " (id) VALUES (" + id + ")");
    s.run("UPDATE " + table + " SET id = id + 1000 WHERE id = " + id % 10);
  }

  @Test
  void severalChangesOfShapeReadAtOnceLoseNothing() throws Exception {
    MirroredSchema s = mirror.schema("away");
    for (String table : TABLES) {
      s.run(
          "CREATE TABLE " + table + " (id int PRIMARY KEY, a text, b text, c int)",
          "INSERT INTO "
              + table
              + " SELECT i, 'a' || i, 'b' || i, i FROM generate_series(1, 50) i");
    }
    s.assertEqual(TABLES.length);
    mirror.stack().stopWorker();

    // One shape after all of it: what is shown is all that was and all that is new.
    s.run(
        "ALTER TABLE certain ADD COLUMN d int DEFAULT 1",
        "ALTER TABLE certain ADD COLUMN e int DEFAULT 2",
        "ALTER TABLE certain RENAME a TO a2");
    row(s, "certain", 101);

    s.run("ALTER TABLE ambiguous ADD COLUMN d int DEFAULT 1");
    row(s, "ambiguous", 101);
    s.run("ALTER TABLE ambiguous DROP COLUMN b");
    row(s, "ambiguous", 102);
    s.run("ALTER TABLE ambiguous RENAME a TO b");
    row(s, "ambiguous", 103);
    s.run("ALTER TABLE ambiguous DROP COLUMN d, ADD COLUMN a text DEFAULT 'new'");
    row(s, "ambiguous", 104);

    s.run("ALTER TABLE dropped_and_added DROP COLUMN b, ADD COLUMN b text");
    row(s, "dropped_and_added", 101);
    s.run("ALTER TABLE dropped_and_added DROP COLUMN b, ADD COLUMN b text DEFAULT 'b'");
    row(s, "dropped_and_added", 102);

    s.transact(
        "ALTER TABLE renamed RENAME a TO x",
        "ALTER TABLE renamed RENAME b TO a",
        "ALTER TABLE renamed RENAME x TO b");
    row(s, "renamed", 101);
    s.run("ALTER TABLE renamed RENAME c TO d", "UPDATE renamed SET d = 7 WHERE id < 9");

    s.run(
        "INSERT INTO swapped (id) VALUES (200)",
        "ALTER TABLE swapped RENAME TO swapped_once",
        "INSERT INTO swapped_once (id) VALUES (201)",
        "ALTER TABLE swapped_once RENAME TO swapped_twice");
    s.run(
        "ALTER TABLE retyped ALTER c TYPE bigint",
        "INSERT INTO retyped VALUES (100, 'a', 'b', 5000000000)",
        "ALTER TABLE retyped ALTER c TYPE text",
        "UPDATE retyped SET c = c || 'x'",
        "ALTER TABLE retyped ALTER a TYPE varchar(70)",
        "DELETE FROM retyped WHERE id = 2");
    row(s, "gone", 101);
    s.run("DROP TABLE gone");
    row(s, "made_anew", 101);
    s.run(
        "DROP TABLE made_anew",
        "CREATE TABLE made_anew (b int, id bigint PRIMARY KEY)",
        "INSERT INTO made_anew VALUES (1, 1)");
    s.run("CREATE TABLE newcomer (id int PRIMARY KEY)", "INSERT INTO newcomer VALUES (1)");

    mirror.stack().startWorker();
    s.assertEqual(TABLES.length);
    s.assertNeverReseeded("certain");
    s.assertRecorded("certain", "d", "e", "a2");
    s.assertRecorded("ambiguous", "copied anew", "not certain");
    s.assertRecorded("renamed", "column a is renamed to b", "column b is renamed to a");
    s.assertRecorded("swapped_twice", "the table away.swapped is renamed to away.swapped_twice");
    s.assertRecorded("retyped", "column c integer becomes text", "copied anew");
    s.assertRecorded("made_anew", "was dropped and made anew");
    assertThat(s.states())
        .filteredOn(state -> state.name().name().equals("gone"))
        .allSatisfy(state -> assertThat(state.status()).isNotEqualTo(TableStatus.REPLICATING));
    for (String table : new String[] {"ambiguous", "certain", "renamed"}) {
      s.run("UPDATE " + table + " SET id = id + 5000 WHERE id % 7 = 0");
    }
    s.assertEqual(TABLES.length);
  }

  @Test
  void changesOfShapeDuringTheCopyAreInOrder() throws Exception {
    MirroredSchema s = mirror.schema("copying");
    for (int round = 0; round < 4; round++) {
      String table = "t" + round;
      s.run(
          "CREATE TABLE " + table + " (id int PRIMARY KEY, a text, b int)",
          "INSERT INTO "
              + table
              + " SELECT i, repeat('a', 100), i FROM generate_series(1, 20000) i");
    }
    // While they join and are copied.
    for (int i = 0; i < 12; i++) {
      for (int round = 0; round < 4; round++) {
        s.run(
            "ALTER TABLE t" + round + " ADD COLUMN c" + i + " int DEFAULT " + i,
            "UPDATE t" + round + " SET b = b + 1 WHERE id % 100 = " + i,
            i % 3 == 2
                ? "ALTER TABLE t" + round + " DROP COLUMN d" + (i - 1)
                : "ALTER TABLE t" + round + " RENAME c" + i + " TO d" + i,
            "INSERT INTO t" + round + " (id) VALUES (" + (-1 - i) + ")");
      }
    }
    s.assertEqual(4);
  }
}
