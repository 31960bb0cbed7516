package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.local.faults.PostgresVersion;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every kind of table, key and identity; the tests share a mirror and run side by side. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class TableKindsIT {
  @TempDir private static Path folder;
  private static SharedMirror mirror;

  @BeforeAll
  static void start() throws Exception {
    mirror = SharedMirror.start(folder, PostgresVersion.V18);
  }

  @AfterAll
  static void stop() throws Exception {
    mirror.close();
  }

  @Test
  void rowsThatMoveBetweenPartitionsStayOneTable() throws Exception {
    MirroredSchema s = mirror.schema("moving");
    s.run(
        "CREATE TABLE p (id int, at date, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')"
            + " PARTITION BY HASH (id)",
        "CREATE TABLE p2a PARTITION OF p2 FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE p2b PARTITION OF p2 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "CREATE TABLE p0 PARTITION OF p DEFAULT",
        "INSERT INTO p SELECT i, date '2025-12-15' + i, repeat(md5(i::text), i) FROM"
            + " generate_series(1, 100) i");
    s.awaitMirrored();
    s.run(
        "UPDATE p SET at = at + 31 WHERE id % 3 = 0",
        "UPDATE p SET note = note || 'x' WHERE id % 5 = 0",
        "UPDATE p2a SET note = 'by its own name'",
        "DELETE FROM p1 WHERE id % 2 = 0",
        "INSERT INTO p2 VALUES (1000, '2026-02-02', 'direct')");
    s.assertEqual(1);
    s.assertNeverReseeded("p");
  }

  @Test
  void aNewPartitionIsNoReasonToCopy() throws Exception {
    MirroredSchema s = mirror.schema("growing");
    s.run(
        "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)",
        "INSERT INTO p SELECT i, 'v' FROM generate_series(1, 50) i");
    s.awaitMirrored();
    s.run(
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200)",
        "INSERT INTO p SELECT i, 'w' FROM generate_series(90, 150) i");
    s.assertEqual(1);
    awaitALook(s);
    s.assertNeverReseeded("p");
  }

  /** Long enough for the worker to have compared the catalog. */
  private static void awaitALook(MirroredSchema s) throws Exception {
    s.run("CREATE TABLE seen_later (id int PRIMARY KEY)");
    s.assertEqual(2);
  }

  @Test
  void attachedAndDetachedRowsComeAndGo() throws Exception {
    MirroredSchema s = mirror.schema("attaching");
    s.run(
        "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)",
        "INSERT INTO p SELECT i, 'v' FROM generate_series(1, 50) i",
        "CREATE TABLE lone (id int PRIMARY KEY, v text)",
        "INSERT INTO lone SELECT i, 'lone' FROM generate_series(100, 150) i");
    s.assertEqual(2);
    s.run("ALTER TABLE p ATTACH PARTITION lone FOR VALUES FROM (100) TO (200)");
    s.awaitReseeded("p", 2);
    s.run("UPDATE p SET v = v || '!' WHERE id % 10 = 0");
    s.assertEqual(1);
    s.run("ALTER TABLE p DETACH PARTITION p1");
    s.awaitReseeded("p", 3);
    s.run("INSERT INTO p1 VALUES (77, 'on its own')", "DELETE FROM p WHERE id = 120");
    s.assertEqual(2);
    s.run("ALTER TABLE p DETACH PARTITION lone CONCURRENTLY");
    s.awaitReseeded("p", 4);
    s.run("UPDATE lone SET v = 'alone again' WHERE id > 140");
    s.assertEqual(3);
  }

  @Test
  void rowsOfADroppedOrEmptiedPartitionGo() throws Exception {
    MirroredSchema s = mirror.schema("losing");
    s.run(
        "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY LIST (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
        "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3)",
        "INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    s.assertEqual(1);
    s.run("TRUNCATE p1");
    s.awaitReseeded("p", 2);
    s.assertEqual(1);
    s.run("DROP TABLE p2");
    s.awaitReseeded("p", 3);
    s.assertEqual(1);
    s.run("INSERT INTO p VALUES (1, 'again')", "TRUNCATE p", "INSERT INTO p VALUES (3, 'last')");
    s.assertEqual(1);
  }

  @Test
  void partitionsWithOtherColumnOrderAreRead() throws Exception {
    MirroredSchema s = mirror.schema("disorder");
    s.run(
        "CREATE TABLE p (id int, a text, b int, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
        "CREATE TABLE odd (gone int, b int, id int NOT NULL, a text)",
        "ALTER TABLE odd DROP COLUMN gone",
        "ALTER TABLE p ATTACH PARTITION odd FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE even PARTITION OF p FOR VALUES FROM (100) TO (200)",
        "INSERT INTO p SELECT i, 'a' || i, i FROM generate_series(0, 199, 10) i");
    s.awaitMirrored();
    s.run(
        "UPDATE p SET b = -b, a = NULL WHERE id % 20 = 0",
        "UPDATE p SET id = 131 WHERE id = 30",
        "UPDATE p SET id = 5 WHERE id = 110",
        "INSERT INTO odd (id, a, b) VALUES (1, 'one', 1)");
    s.assertEqual(1);
    s.assertNeverReseeded("p");
  }

  @Test
  void childrenThatInheritAreTablesOfTheirOwn() throws Exception {
    MirroredSchema s = mirror.schema("inherited");
    s.run(
        "CREATE TABLE parent (id int PRIMARY KEY, v text)",
        "CREATE TABLE child (extra int, PRIMARY KEY (id)) INHERITS (parent)",
        "INSERT INTO parent VALUES (1, 'parent')",
        "INSERT INTO child VALUES (1, 'child', 5), (2, 'child', 6)");
    s.awaitMirrored();
    s.run("UPDATE parent SET v = v || '!'", "DELETE FROM parent WHERE id = 2");
    s.assertEqual(2);
    s.run("ALTER TABLE parent ADD COLUMN more int DEFAULT 3", "UPDATE parent SET v = 'x'");
    s.assertEqual(2);
    s.assertNeverReseeded("child");
  }

  @Test
  void generatedAndIdentityColumnsAreRead() throws Exception {
    MirroredSchema s = mirror.schema("generated");
    s.run(
        "CREATE TABLE g (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, twice int"
            + " GENERATED ALWAYS AS (a * 2) STORED, thrice int GENERATED ALWAYS AS (a * 3) VIRTUAL,"
            + " n serial, b text)",
        "INSERT INTO g (a, b) SELECT i, repeat('b', i * 100) FROM generate_series(1, 50) i",
        "CREATE TABLE key_of_it (a int, k int GENERATED ALWAYS AS (a + 1) STORED PRIMARY KEY)",
        "INSERT INTO key_of_it (a) VALUES (1), (2)");
    s.awaitMirrored();
    s.run(
        "UPDATE g SET a = -a WHERE id % 2 = 0",
        "INSERT INTO g (id, a) OVERRIDING SYSTEM VALUE VALUES (1000, 1)",
        "DELETE FROM g WHERE id = 7",
        "INSERT INTO key_of_it (a) VALUES (3)");
    s.assertEqual(2);
    assertThat(s.delta("g").schema().fieldNames()).contains("twice").doesNotContain("thrice");
    s.run("ALTER TABLE g ALTER twice DROP EXPRESSION", "UPDATE g SET twice = 5 WHERE id < 5");
    s.assertEqual(2);
  }

  @Test
  void whatHasNoRowsInTheWalIsListedWithItsReason() throws Exception {
    MirroredSchema s = mirror.schema("listed");
    s.run(
        "CREATE TABLE regular (id int PRIMARY KEY)",
        "INSERT INTO regular VALUES (1)",
        "CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY)",
        "CREATE VIEW seen AS SELECT * FROM regular",
        "CREATE MATERIALIZED VIEW seen_once AS SELECT * FROM regular",
        "CREATE EXTENSION postgres_fdw SCHEMA public",
        "CREATE SERVER afar FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost')",
        "CREATE FOREIGN TABLE far (id int) SERVER afar");
    s.assertEqual(1);
    Map<String, String> reasons =
        Map.of(
            "fleeting", "an unlogged table is not mirrored",
            "seen", "a view is not mirrored",
            "seen_once", "a materialized view is not mirrored",
            "far", "a foreign table is not mirrored");
    reasons.forEach((table, reason) -> assertRefused(s.state(table), reason));
    s.run("ALTER TABLE fleeting SET LOGGED", "INSERT INTO fleeting VALUES (1)");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> s.state("fleeting").status() == TableStatus.REPLICATING);
    s.assertEqual(2);
  }

  private static void assertRefused(TableState table, String reason) {
    assertThat(table.status()).isEqualTo(TableStatus.FAILED);
    assertThat(table.fault().orElseThrow().code()).isEqualTo(ErrorCode.NOT_REGULAR_TABLE);
    assertThat(table.fault().orElseThrow().message()).isEqualTo(reason);
  }

  @Test
  void aTemporaryTableIsListedWhileItsSessionLasts() throws Exception {
    MirroredSchema s = mirror.schema("sessions");
    s.run("CREATE TABLE mine (id int PRIMARY KEY)");
    try (Connection session = s.connect()) {
      SourceSession.execute(
          session, "CREATE TEMPORARY TABLE mine (id int PRIMARY KEY); INSERT INTO mine VALUES (1)");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(temporaryTables())
                      .singleElement()
                      .satisfies(
                          table -> assertRefused(table, "a temporary table is not mirrored")));
      s.run("INSERT INTO mine VALUES (2)");
      s.assertEqual(1);
    }
    s.run("INSERT INTO mine VALUES (3)");
    s.assertEqual(1);
    assertThat(s.delta("mine").rows()).hasSize(2);
  }

  private static List<TableState> temporaryTables() {
    return mirror.stack().state().tables().list(TableState.PREFIX).stream()
        .filter(table -> table.name().schema().startsWith("pg_temp"))
        .toList();
  }

  @Test
  void everyIdentityFindsItsRows() throws Exception {
    MirroredSchema s = mirror.schema("identities");
    s.run(
        "CREATE TABLE by_default (id int PRIMARY KEY, v text)",
        "CREATE TABLE by_index (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL, v text, long"
            + " text)",
        "ALTER TABLE by_index ALTER long SET STORAGE EXTERNAL",
        "CREATE UNIQUE INDEX a_b ON by_index (b, a)",
        "ALTER TABLE by_index REPLICA IDENTITY USING INDEX a_b",
        "CREATE TABLE by_all (id int PRIMARY KEY, v text)",
        "ALTER TABLE by_all REPLICA IDENTITY FULL");
    for (String table : List.of("by_default", "by_all")) {
      s.run("INSERT INTO " + table + " SELECT i, 'v' || i FROM generate_series(1, 20) i");
    }
    s.run(
        "INSERT INTO by_index SELECT i, 'a' || i % 3, i, 'v', repeat('long' || i, 3000) FROM"
            + " generate_series(1, 20) i");
    s.awaitMirrored();
    for (String table : List.of("by_default", "by_all", "by_index")) {
      s.run(
          "UPDATE " + table + " SET v = NULL WHERE id % 2 = 0",
          "UPDATE " + table + " SET id = id + 100 WHERE id % 3 = 0",
          "DELETE FROM " + table + " WHERE id % 5 = 0");
    }
    s.run("UPDATE by_index SET a = a || 'x', b = b + 1000 WHERE b < 5");
    s.assertEqual(3);
  }

  @Test
  void withoutIdentityOnlyInsertsAreMirroredAndTheSourceGoesOn() throws Exception {
    MirroredSchema s = mirror.schema("appended");
    s.run(
        "CREATE TABLE keyless (v text, n int)",
        "INSERT INTO keyless SELECT 'v', i % 3 FROM generate_series(1, 30) i",
        "CREATE TABLE nothing (id int PRIMARY KEY, v text)",
        "ALTER TABLE nothing REPLICA IDENTITY NOTHING",
        "INSERT INTO nothing VALUES (1, 'a')",
        "CREATE TABLE deferred (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text)",
        "INSERT INTO deferred VALUES (1, 'a')",
        "CREATE TABLE changed (v text)",
        "INSERT INTO changed VALUES ('a'), ('b')");
    s.awaitMirrored();
    s.run(
        "INSERT INTO keyless VALUES ('v', 1), (NULL, NULL), (NULL, NULL)",
        "INSERT INTO nothing VALUES (2, 'b')",
        "INSERT INTO deferred VALUES (2, 'b')");
    s.assertEqual(4);
    s.run(
        "UPDATE changed SET v = v || '!'",
        "DELETE FROM changed",
        "UPDATE nothing SET v = 'c' WHERE id = 1",
        "DELETE FROM deferred WHERE id = 1");
    s.awaitMirrored();
    for (String table : List.of("keyless", "nothing", "deferred", "changed")) {
      assertThat(s.state(table).status()).isEqualTo(TableStatus.REPLICATING);
      s.assertNeverReseeded(table);
    }
    assertThat(s.delta("changed").rows()).hasSize(2);
  }

  /** Not even those of partitions that nobody but their maker has seen yet. */
  @Test
  void aPartitionedTableWithoutPrimaryKeyNeverMakesTheSourcesUpdatesFail() throws Exception {
    MirroredSchema s = mirror.schema("rootless");
    s.run(
        "CREATE TABLE p (id int NOT NULL, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)",
        "ALTER TABLE p REPLICA IDENTITY FULL",
        "ALTER TABLE p1 REPLICA IDENTITY FULL",
        "INSERT INTO p SELECT i, 'v' FROM generate_series(1, 50) i");
    s.awaitMirrored();
    s.run(
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200)",
        "INSERT INTO p VALUES (100, 'new'), (101, 'new')",
        "UPDATE p SET v = v || '!'",
        "DELETE FROM p WHERE id = 101");
    s.awaitMirrored();
    assertThat(s.delta("p").rows()).hasSize(52);
    assertThat(s.state("p").shapes().notes().toString()).contains("no primary key");
    s.assertNeverReseeded("p");
    s.run("DELETE FROM p WHERE id = 100", "ALTER TABLE p ADD PRIMARY KEY (id)");
    s.awaitReseeded("p", 2);
    s.run("UPDATE p SET v = 'keyed' WHERE id < 5");
    s.assertEqual(1);
  }

  @Test
  void equalRowsCountWhenAllOfARowIdentifiesIt() throws Exception {
    MirroredSchema s = mirror.schema("multiset");
    s.run(
        "CREATE TABLE bag (a int, b text, c numeric, d double precision)",
        "ALTER TABLE bag REPLICA IDENTITY FULL",
        "INSERT INTO bag SELECT i % 3, repeat('b', i % 4 * 3000), NULL, 'NaN' FROM"
            + " generate_series(1, 40) i",
        "INSERT INTO bag VALUES (NULL, NULL, NULL, NULL), (NULL, NULL, NULL, NULL)");
    s.awaitMirrored();
    s.run(
        "DELETE FROM bag WHERE ctid = (SELECT min(ctid) FROM bag WHERE a = 1)",
        "DELETE FROM bag WHERE ctid = (SELECT min(ctid) FROM bag WHERE a IS NULL)",
        "UPDATE bag SET c = 1.10 WHERE ctid = (SELECT min(ctid) FROM bag WHERE a = 2)",
        "INSERT INTO bag SELECT * FROM bag",
        "UPDATE bag SET d = -0.0 WHERE a = 0",
        "DELETE FROM bag WHERE a = 2 AND c IS NULL");
    s.transact(
        "INSERT INTO bag VALUES (9, 'x', 1, 1), (9, 'x', 1, 1)",
        "DELETE FROM bag WHERE ctid = (SELECT max(ctid) FROM bag WHERE a = 9)",
        "UPDATE bag SET b = b WHERE a = 0");
    s.assertEqual(1);
    s.assertNeverReseeded("bag");
  }

  @Test
  void keysAreSwappedWithinATransaction() throws Exception {
    MirroredSchema s = mirror.schema("swapped");
    s.run(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, repeat('v' || i, 3000) FROM generate_series(1, 10) i",
        "CREATE TABLE late (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text)",
        "ALTER TABLE late REPLICA IDENTITY FULL",
        "INSERT INTO late SELECT i, 'v' || i FROM generate_series(1, 10) i");
    s.awaitMirrored();
    s.transact(
        "UPDATE t SET id = -1 WHERE id = 1",
        "UPDATE t SET id = 1 WHERE id = 2",
        "UPDATE t SET id = 2 WHERE id = -1",
        "DELETE FROM t WHERE id = 3",
        "UPDATE t SET id = 3 WHERE id = 4",
        "INSERT INTO t VALUES (4, 'new four')",
        "UPDATE t SET id = id + 100 WHERE id > 5");
    s.run("UPDATE late SET id = 11 - id", "UPDATE late SET id = id % 10 + 1");
    s.assertEqual(2);
    s.assertNeverReseeded("t");
    s.assertNeverReseeded("late");
  }

  @Test
  void aTableWithoutColumnsIsInNobodysWay() throws Exception {
    MirroredSchema s = mirror.schema("columnless");
    s.run("CREATE TABLE nothing ()", "CREATE TABLE t (id int PRIMARY KEY)");
    s.run("INSERT INTO nothing DEFAULT VALUES", "INSERT INTO t VALUES (1)");
    s.awaitMirrored();
    s.run("INSERT INTO t VALUES (2)");
    s.awaitMirrored();
    assertThat(s.state("t").status()).isEqualTo(TableStatus.REPLICATING);
    assertThat(s.delta("t").rows()).hasSize(2);
  }
}
