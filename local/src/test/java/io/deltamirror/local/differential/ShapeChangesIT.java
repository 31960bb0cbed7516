package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.local.faults.PostgresVersion;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Changes of a table's columns, in order with its rows, side by side on one mirror; each says
 * whether the table was copied again.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class ShapeChangesIT {
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

  /** A schema with one table that is mirrored. */
  private static MirroredSchema table(String schema) throws Exception {
    MirroredSchema s = mirror.schema(schema);
    s.run(
        "CREATE TABLE t (id int PRIMARY KEY, a text, b int, c numeric(10,2))",
        "ALTER TABLE t ALTER a SET STORAGE EXTERNAL",
        "INSERT INTO t SELECT i, repeat('a' || i, i % 3 * 2000), i, i / 4.0 FROM"
            + " generate_series(1, 60) i");
    s.awaitMirrored();
    return s;
  }

  private static void staysEqual(MirroredSchema s) throws InterruptedException {
    s.assertEqual(1);
    s.assertNeverReseeded("t");
  }

  private static void isCopiedAgain(MirroredSchema s) throws InterruptedException {
    s.awaitReseeded("t", 2);
    s.assertEqual(1);
    assertThat(s.state("t").seed()).isEqualTo(2);
  }

  @Test
  void aNewColumnIsAdded() throws Exception {
    MirroredSchema s = table("added");
    s.run("ALTER TABLE t ADD COLUMN d date", "UPDATE t SET d = '2026-01-01' WHERE id % 2 = 0");
    s.awaitMirrored();
    s.run(
        "ALTER TABLE t ADD COLUMN e text, ADD COLUMN f int[]",
        "INSERT INTO t (id, e, f) VALUES (100, 'e', '{1,NULL}')",
        "UPDATE t SET b = 0 WHERE id % 5 = 0");
    staysEqual(s);
    s.assertRecorded("t", "d", "e");
    assertThat(s.state("t").shapes().changes())
        .allSatisfy(change -> assertThat(change.seed()).isZero());
  }

  @Test
  void oldRowsHaveTheDefaultOfANewColumn() throws Exception {
    MirroredSchema s = table("defaults");
    s.run(
        "ALTER TABLE t ADD COLUMN d int DEFAULT 7",
        "UPDATE t SET b = -b WHERE id % 2 = 0",
        "ALTER TABLE t ALTER d SET DEFAULT 8",
        "INSERT INTO t (id) VALUES (100)");
    s.awaitMirrored();
    s.run(
        "ALTER TABLE t ADD COLUMN e text NOT NULL DEFAULT E'tab\\t\\\\N \"q\" {é}'",
        "INSERT INTO t (id) VALUES (101)");
    s.awaitMirrored();
    s.run(
        "ALTER TABLE t ADD COLUMN f timestamptz DEFAULT now(), ADD COLUMN g numeric(6,3) DEFAULT"
            + " 1.5, ADD COLUMN h int[] DEFAULT '{1,NULL,3}', ADD COLUMN i bytea DEFAULT '\\x00ff',"
            + " ADD COLUMN j box DEFAULT '(3,4),(1,2)'",
        "UPDATE t SET a = 'x' WHERE id = 5",
        "DELETE FROM t WHERE id = 6");
    staysEqual(s);
  }

  @Test
  void oldRowsHaveTheDefaultThoughNoRowChanges() throws Exception {
    MirroredSchema s = table("defaults_alone");
    s.run("ALTER TABLE t ADD COLUMN d int DEFAULT 7");
    staysEqual(s);
    s.assertRecorded("t", "d");
    assertThat(s.delta("t").rows()).allSatisfy(row -> assertThat(row).endsWith(7));
  }

  @Test
  void aVolatileDefaultCopiesTheTableAgain() throws Exception {
    MirroredSchema s = table("volatile");
    s.run(
        "ALTER TABLE t ADD COLUMN d uuid DEFAULT gen_random_uuid()",
        "UPDATE t SET b = 0 WHERE id % 2 = 0");
    isCopiedAgain(s);
    s.assertRecorded("t", "column d uuid is added", "only the source knows");
  }

  @Test
  void aNewColumnThatPostgresFillsInOldRowsCopiesTheTableAgain() throws Exception {
    MirroredSchema s = table("filled");
    s.run(
        "ALTER TABLE t ADD COLUMN no int GENERATED ALWAYS AS IDENTITY, ADD COLUMN twice int"
            + " GENERATED ALWAYS AS (b * 2) STORED, ADD COLUMN running serial",
        "UPDATE t SET b = b + 1 WHERE id % 3 = 0",
        "INSERT INTO t (id, b) VALUES (100, 7)");
    isCopiedAgain(s);
    assertThat(s.delta("t").schema().fieldNames()).contains("no", "twice", "running");
  }

  @Test
  void aDroppedColumnGoes() throws Exception {
    MirroredSchema s = table("dropped_column");
    s.run("ALTER TABLE t DROP COLUMN b", "UPDATE t SET c = 5 WHERE id % 2 = 0");
    staysEqual(s);
    s.assertRecorded("t", "b");
    assertThat(s.delta("t").schema().fieldNames()).containsExactly("id", "a", "c");
  }

  @Test
  void aColumnThatComesBackHasNothingOfTheOldOne() throws Exception {
    MirroredSchema s = table("replaced");
    s.run(
        "ALTER TABLE t DROP COLUMN b, ADD COLUMN b text",
        "UPDATE t SET b = 'b' WHERE id % 2 = 0",
        "ALTER TABLE t DROP COLUMN b",
        "ALTER TABLE t ADD COLUMN b int DEFAULT 3",
        "INSERT INTO t (id, b) VALUES (200, 4)");
    s.assertEqual(1);
  }

  @Test
  void aRenamedColumnKeepsItsRows() throws Exception {
    MirroredSchema s = table("renamed_column");
    s.run(
        "ALTER TABLE t RENAME a TO \"New, Näme\"",
        "UPDATE t SET b = 1 WHERE id % 2 = 0",
        "UPDATE t SET id = id + 1000 WHERE id % 5 = 0");
    staysEqual(s);
    s.assertRecorded("t", "New, Näme");
  }

  @Test
  void columnsThatSwapTheirNamesKeepTheirRows() throws Exception {
    MirroredSchema s = table("swapped_columns");
    s.run("ALTER TABLE t ADD COLUMN a2 text");
    s.run("UPDATE t SET a2 = 'second' WHERE id % 2 = 0");
    s.awaitMirrored();
    s.transact(
        "ALTER TABLE t RENAME a TO x",
        "ALTER TABLE t RENAME a2 TO a",
        "ALTER TABLE t RENAME x TO a2");
    s.run("UPDATE t SET a = a || '!' WHERE id % 3 = 0");
    staysEqual(s);
  }

  @Test
  void aRenamedKeyIsStillTheKey() throws Exception {
    MirroredSchema s = table("renamed_key");
    s.run(
        "ALTER TABLE t RENAME id TO number",
        "UPDATE t SET number = number + 100 WHERE number < 10",
        "DELETE FROM t WHERE number = 20");
    staysEqual(s);
  }

  @Test
  void typesThatBecomeWider() throws Exception {
    MirroredSchema s = table("wider");
    s.run("ALTER TABLE t ALTER b TYPE bigint", "INSERT INTO t VALUES (100, 'a', 5000000000, 1)");
    isCopiedAgain(s);
    s.assertRecorded("t", "b integer becomes bigint", "copied anew");
    s.run(
        "ALTER TABLE t ALTER c TYPE numeric(14,2)",
        "INSERT INTO t VALUES (101, 'a', 5, 123456789012.25)");
    s.awaitReseeded("t", 3);
    s.assertEqual(1);
  }

  @Test
  void textOfAnotherLengthIsTheSameText() throws Exception {
    MirroredSchema s = mirror.schema("lengths");
    s.run("CREATE TABLE t (id int PRIMARY KEY, a varchar(10))", "INSERT INTO t VALUES (1, 'a')");
    s.awaitMirrored();
    s.run("ALTER TABLE t ALTER a TYPE varchar(20)", "INSERT INTO t VALUES (2, repeat('b', 20))");
    s.awaitMirrored();
    s.run("ALTER TABLE t ALTER a TYPE text", "INSERT INTO t VALUES (3, repeat('c', 50))");
    staysEqual(s);
  }

  @Test
  void rowsThatAnAlterRewroteAreCopiedAgainThoughTheColumnsStay() throws Exception {
    MirroredSchema s = table("rewritten");
    s.run("ALTER TABLE t ALTER b TYPE int USING b + 1000");
    isCopiedAgain(s);
    s.assertRecorded("t", "copied anew", "rewrote");
  }

  @Test
  void nothingIsCopiedAgainForRowsThatOnlyMoved() throws Exception {
    MirroredSchema s = table("moved_rows");
    s.run("VACUUM FULL t", "CLUSTER t USING t_pkey", "UPDATE t SET b = 0 WHERE id % 2 = 0");
    s.run("CREATE TABLE seen_later (id int PRIMARY KEY)");
    s.assertEqual(2);
    s.assertNeverReseeded("t");
  }

  @Test
  void nothingIsCopiedAgainForWhatThePlannerIsTold() throws Exception {
    MirroredSchema s = table("statistics");
    s.run("ALTER TABLE t ALTER b SET STATISTICS 500", "ANALYZE t", "REINDEX TABLE t");
    s.run("ALTER TABLE t ALTER a SET STORAGE EXTENDED", "UPDATE t SET c = 1 WHERE id % 3 = 0");
    s.run("CREATE TABLE seen_later (id int PRIMARY KEY)");
    s.assertEqual(2);
    s.assertNeverReseeded("t");
  }

  @Test
  void nullsBecomeAllowedAndForbidden() throws Exception {
    MirroredSchema s = table("nulls");
    s.run(
        "UPDATE t SET b = 0 WHERE b IS NULL",
        "ALTER TABLE t ALTER b SET NOT NULL",
        "INSERT INTO t VALUES (100, NULL, 1, NULL)",
        "ALTER TABLE t ALTER b DROP NOT NULL",
        "INSERT INTO t VALUES (101, NULL, NULL, NULL)");
    staysEqual(s);
  }

  @Test
  void anotherKeyCopiesTheTableAgain() throws Exception {
    MirroredSchema s = table("rekeyed");
    s.transact(
        "ALTER TABLE t DROP CONSTRAINT t_pkey",
        "ALTER TABLE t ALTER b SET NOT NULL",
        "ALTER TABLE t ADD PRIMARY KEY (b, id)");
    s.run("UPDATE t SET b = b + 1000 WHERE id % 2 = 0", "DELETE FROM t WHERE id = 3");
    isCopiedAgain(s);
    s.assertRecorded("t", "the key (id) becomes (b, id)");
  }

  @Test
  void aTableThatLosesItsKeyDoesNotMakeTheSourceFailForLong() throws Exception {
    MirroredSchema s = table("keyless_now");
    s.run("ALTER TABLE t DROP CONSTRAINT t_pkey");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              s.run("UPDATE t SET b = b + 1 WHERE id = 1");
              return true;
            });
    s.run("ALTER TABLE t ADD PRIMARY KEY (id)", "UPDATE t SET b = b + 1 WHERE id = 2");
    s.awaitReseeded("t", 2);
    s.assertEqual(1);
  }

  @Test
  void anotherIdentityWithTheSameKeyGoesOn() throws Exception {
    MirroredSchema s = table("identity");
    s.run(
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "UPDATE t SET b = 0 WHERE id % 2 = 0",
        "ALTER TABLE t REPLICA IDENTITY DEFAULT",
        "UPDATE t SET b = 1 WHERE id % 3 = 0",
        "DELETE FROM t WHERE id = 4");
    staysEqual(s);
  }

  @Test
  void aRenamedTableIsUnderItsNewName() throws Exception {
    MirroredSchema s = table("renamed");
    s.run("ALTER TABLE t RENAME TO u", "UPDATE u SET b = 0 WHERE id % 2 = 0");
    s.awaitReseeded("u", 2);
    s.assertEqual(1);
    assertThat(s.delta("t").rows()).as("rows under the old name").isEmpty();
    s.assertRecorded("u", "the table renamed.t is renamed to renamed.u", "copied anew");
  }

  @Test
  void aTableMovesToAnotherSchema() throws Exception {
    MirroredSchema from = table("moved_from");
    MirroredSchema to = mirror.schema("moved_to");
    to.run("CREATE TABLE other (id int PRIMARY KEY)");
    from.run("ALTER TABLE t SET SCHEMA moved_to", "INSERT INTO moved_to.t VALUES (100, 'a', 1, 1)");
    to.assertEqual(2);
    assertThat(to.state("t").name()).isEqualTo(new TableName("moved_to", "t"));
    assertThat(to.delta("t").rows()).hasSize(61);
    to.assertRecorded("t", "the table moved_from.t is renamed to moved_to.t");
  }

  @Test
  void aRenamedSchemaTakesItsTablesAlong() throws Exception {
    MirroredSchema before = table("schema_before");
    before.run("ALTER SCHEMA schema_before RENAME TO schema_after");
    before.run("INSERT INTO schema_after.t VALUES (100, 'a', 1, 1)");
    MirroredSchema after = new MirroredSchema(mirror, "schema_after");
    after.assertEqual(1);
    assertThat(after.delta("t").rows()).hasSize(61);
    after.assertRecorded("t", "the table schema_before.t is renamed to schema_after.t");
  }

  @Test
  void tablesSwapTheirNames() throws Exception {
    MirroredSchema s = table("swapped_tables");
    s.run(
        "CREATE TABLE u (id int PRIMARY KEY, other text)",
        "INSERT INTO u SELECT i, 'u' FROM generate_series(1, 10) i");
    s.awaitMirrored();
    s.transact(
        "ALTER TABLE t RENAME TO x",
        "ALTER TABLE u RENAME TO t",
        "ALTER TABLE x RENAME TO u",
        "INSERT INTO t VALUES (1000, 'was u')",
        "INSERT INTO u VALUES (1000, 'was t', 1, 1)");
    s.assertEqual(2);
    assertThat(s.delta("t").rows()).hasSize(11);
    assertThat(s.delta("u").rows()).hasSize(61);
    s.assertRecorded("t", "the table swapped_tables.u is renamed to swapped_tables.t");
    s.assertRecorded("u", "the table swapped_tables.t is renamed to swapped_tables.u");
  }

  @Test
  void aTableThatIsMadeAnewIsAnotherTable() throws Exception {
    MirroredSchema s = table("made_anew");
    s.transact(
        "DROP TABLE t",
        "CREATE TABLE t (id text PRIMARY KEY, b bigint)",
        "INSERT INTO t VALUES ('new', 1)");
    s.run("UPDATE t SET b = 2");
    s.assertEqual(1);
    assertThat(s.delta("t").rows()).hasSize(1);
    s.assertRecorded("t", "the table made_anew.t was dropped and made anew");
  }

  @Test
  void aDroppedTableIsEmptiedAndSaysSo() throws Exception {
    MirroredSchema s = table("dropped");
    long oid = s.state("t").oid();
    s.run("DELETE FROM t WHERE id = 1", "DROP TABLE t");
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(s.states())
                    .filteredOn(state -> state.oid() == oid)
                    .allSatisfy(
                        state -> {
                          assertThat(state.status()).isEqualTo(TableStatus.STOPPED);
                          assertThat(state.shapes().changes().toString()).contains("was dropped");
                        }));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(s.delta("t").rows()).isEmpty());
  }

  @Test
  void tablesOfTheSameNameInTwoSchemasAreTwo() throws Exception {
    MirroredSchema one = table("same_one");
    MirroredSchema two = table("same_two");
    one.run("ALTER TABLE t ADD COLUMN d int DEFAULT 1", "DELETE FROM t WHERE id < 5");
    two.run("ALTER TABLE t DROP COLUMN b", "INSERT INTO t VALUES (500, 'two', 2)");
    staysEqual(one);
    staysEqual(two);
  }

  @Test
  void shapeAndRowsChangeInOneTransaction() throws Exception {
    MirroredSchema s = table("mixed");
    s.transact(
        "INSERT INTO t VALUES (100, 'before', 1, 1)",
        "ALTER TABLE t ADD COLUMN d int DEFAULT 4",
        "INSERT INTO t VALUES (101, 'between', 1, 1, 5)",
        "ALTER TABLE t RENAME a TO a2",
        "UPDATE t SET a2 = 'after' WHERE id = 100",
        "SAVEPOINT s",
        "ALTER TABLE t DROP COLUMN b",
        "UPDATE t SET c = 9 WHERE id = 1",
        "ROLLBACK TO s",
        "UPDATE t SET b = 8 WHERE id = 2");
    s.run("UPDATE t SET d = 6 WHERE id = 3");
    s.assertEqual(1);
  }

  @Test
  void aShapeThatWasRolledBackNeverWas() throws Exception {
    MirroredSchema s = table("rolled_back");
    try (Connection connection = s.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("ALTER TABLE t ADD COLUMN d int, DROP COLUMN b");
      statement.execute("INSERT INTO t (id, d) VALUES (100, 1)");
      statement.execute("TRUNCATE t");
      connection.rollback();
    }
    s.run("UPDATE t SET b = 3 WHERE id = 3");
    staysEqual(s);
    assertThat(s.state("t").shapes().changes()).isEmpty();
  }

  /** The rows' text changes without a word in the WAL. */
  @Test
  void aRenamedEnumValueIsRenamedInOldRows() throws Exception {
    MirroredSchema s = mirror.schema("enums");
    s.run(
        "CREATE TYPE mood AS ENUM ('sad', 'happy')",
        "CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[])",
        "INSERT INTO t VALUES (1, 'sad', '{sad}'), (2, 'happy', '{}')");
    s.awaitMirrored();
    s.run("ALTER TYPE mood ADD VALUE 'new'");
    s.run("INSERT INTO t VALUES (3, 'new', NULL)");
    staysEqual(s);
    s.run("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'");
    s.awaitReseeded("t", 2);
    s.assertEqual(1);
    s.assertRecorded("t", "values of type enums.mood were renamed");
  }

  /** As with the enum's value. */
  @Test
  void aCompositeTypesNewAttributeIsInOldRows() throws Exception {
    MirroredSchema s = mirror.schema("composites");
    s.run(
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE TABLE t (id int PRIMARY KEY, p pair)",
        "INSERT INTO t VALUES (1, '(1,x)')");
    s.awaitMirrored();
    s.run("ALTER TYPE pair ADD ATTRIBUTE c int");
    s.awaitReseeded("t", 2);
    s.assertEqual(1);
    s.assertRecorded("t", "attributes of type composites.pair changed");
  }
}
