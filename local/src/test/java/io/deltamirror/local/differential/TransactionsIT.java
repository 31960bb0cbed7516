package io.deltamirror.local.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.local.faults.PostgresVersion;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.postgresql.PGConnection;

/** Ways to change rows, and transactions of every kind, side by side on one mirror. */
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
class TransactionsIT {
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

  private static void fill(MirroredSchema s, String... tables) throws SQLException {
    for (String table : tables) {
      s.run(
          "CREATE TABLE " + table + " (id int PRIMARY KEY, v text, n int DEFAULT 0)",
          "INSERT INTO " + table + " SELECT i, 'v' || i FROM generate_series(1, 100) i");
    }
  }

  @Test
  void truncateEmptiesSeveralTablesInOrderWithTheirChanges() throws Exception {
    MirroredSchema s = mirror.schema("emptied");
    fill(s, "a", "b", "c", "d");
    s.run(
        "ALTER TABLE b ADD FOREIGN KEY (n) REFERENCES a (id) NOT VALID",
        "ALTER TABLE c ADD FOREIGN KEY (n) REFERENCES b (id) NOT VALID");
    s.awaitMirrored();
    s.transact(
        "UPDATE d SET n = 1",
        "INSERT INTO a VALUES (1000, 'before')",
        "TRUNCATE a CASCADE",
        "INSERT INTO a VALUES (1, 'after')",
        "INSERT INTO b VALUES (1, 'after', 1)",
        "TRUNCATE d",
        "INSERT INTO d VALUES (5, 'after')");
    s.assertEqual(4);
    s.run("INSERT INTO c VALUES (1, 'c', 1)", "TRUNCATE a, b, c, d RESTART IDENTITY");
    s.assertEqual(4);
    assertThat(s.delta("a").rows()).isEmpty();
    for (String table : new String[] {"a", "b", "c", "d"}) {
      s.assertNeverReseeded(table);
    }
  }

  @Test
  void aTruncateRolledBackEmptiesNothing() throws Exception {
    MirroredSchema s = mirror.schema("kept");
    fill(s, "t");
    s.awaitMirrored();
    try (Connection connection = s.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("TRUNCATE t");
      statement.execute("INSERT INTO t VALUES (1, 'never')");
      connection.rollback();
      statement.execute("SAVEPOINT s");
      statement.execute("TRUNCATE t");
      statement.execute("ROLLBACK TO s");
      statement.execute("UPDATE t SET n = 5 WHERE id = 1");
      connection.commit();
    }
    s.assertEqual(1);
    s.assertNeverReseeded("t");
  }

  @Test
  void conflictsMergesAndCascadesArriveAsWhatTheyDid() throws Exception {
    MirroredSchema s = mirror.schema("upserts");
    fill(s, "t", "u");
    s.run("ALTER TABLE u ADD FOREIGN KEY (id) REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE");
    s.awaitMirrored();
    s.run(
        "INSERT INTO t SELECT i, 'new' FROM generate_series(50, 150) i ON CONFLICT (id) DO UPDATE"
            + " SET v = excluded.v || t.v WHERE t.id % 2 = 0",
        "INSERT INTO t VALUES (1, 'x'), (2000, 'y') ON CONFLICT DO NOTHING",
        "MERGE INTO t USING (SELECT i FROM generate_series(90, 210) i) AS m ON t.id = m.i WHEN"
            + " MATCHED AND i % 3 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET n = i WHEN NOT"
            + " MATCHED THEN INSERT VALUES (i, 'merged')",
        "WITH moved AS (DELETE FROM t WHERE id < 10 RETURNING *) INSERT INTO t SELECT id + 5000, v,"
            + " n FROM moved",
        "UPDATE t SET id = id + 10000 WHERE id BETWEEN 20 AND 30");
    s.assertEqual(2);
  }

  @Test
  void copyFromArrives() throws Exception {
    MirroredSchema s = mirror.schema("copied");
    fill(s, "t");
    s.awaitMirrored();
    String rows =
        IntStream.rangeClosed(1000, 20_000)
            .mapToObj(i -> i + "\ttab\\tback\\\\slash " + i + "\t\\N\n")
            .collect(Collectors.joining());
    try (Connection connection = s.connect()) {
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY t FROM STDIN", reader(rows));
      connection.setAutoCommit(false);
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY t FROM STDIN", reader("900000\tnever\t1\n"));
      connection.rollback();
    }
    s.assertEqual(1);
    s.assertNeverReseeded("t");
  }

  private static StringReader reader(String rows) {
    return new StringReader(rows);
  }

  @Test
  void whatASavepointTookBackNeverArrives() throws Exception {
    MirroredSchema s = mirror.schema("savepoints");
    fill(s, "t");
    s.awaitMirrored();
    s.transact(
        "INSERT INTO t VALUES (1000, 'stays')",
        "SAVEPOINT a",
        "INSERT INTO t VALUES (1001, 'goes')",
        "UPDATE t SET v = 'goes' WHERE id < 50",
        "SAVEPOINT b",
        "DELETE FROM t",
        "ROLLBACK TO b",
        "INSERT INTO t VALUES (1002, 'goes')",
        "ROLLBACK TO a",
        "INSERT INTO t VALUES (1001, 'stays now')",
        "SAVEPOINT c",
        "UPDATE t SET v = 'stays' WHERE id = 3",
        "RELEASE c",
        "DELETE FROM t WHERE id = 4");
    s.run(
        "DO $$ BEGIN FOR i IN 2000..2600 LOOP BEGIN INSERT INTO t VALUES (i, 'sub'); IF i % 3 = 0"
            + " THEN RAISE EXCEPTION 'no'; END IF; EXCEPTION WHEN raise_exception THEN UPDATE t SET"
            + " n = n + 1 WHERE id = 1; END; END LOOP; END $$");
    s.assertEqual(1);
    s.assertNeverReseeded("t");
  }

  @Test
  void preparedTransactionsArriveWhenTheyAreCommitted() throws Exception {
    MirroredSchema s = mirror.schema("prepared");
    fill(s, "t");
    s.awaitMirrored();
    s.run(
        "BEGIN; INSERT INTO t VALUES (1000, 'prepared'); UPDATE t SET v = 'p' WHERE id < 10;"
            + " PREPARE TRANSACTION 'kept'",
        "BEGIN; DELETE FROM t WHERE id > 50; PREPARE TRANSACTION 'dropped'",
        "INSERT INTO t VALUES (1001, 'meanwhile')");
    s.assertEqual(1);
    s.run("ROLLBACK PREPARED 'dropped'", "COMMIT PREPARED 'kept'", "DELETE FROM t WHERE id = 1");
    s.assertEqual(1);
    assertThat(s.delta("t").rows()).anySatisfy(row -> assertThat(row).contains("prepared"));
    s.assertNeverReseeded("t");
  }

  /** {@code -Dhostile.rows=5000000} for one as large as the issue wants it. */
  @Test
  @Timeout(3600)
  void aLargeTransactionArrivesWhole() throws Exception {
    int rows = Integer.getInteger("hostile.rows", 200_000);
    MirroredSchema s = mirror.schema("large");
    fill(s, "t");
    s.awaitMirrored();
    s.transact(
        "INSERT INTO t SELECT i, 'large ' || i FROM generate_series(101, " + rows + ") i",
        "UPDATE t SET n = n + 1 WHERE id % 10 = 0",
        "DELETE FROM t WHERE id % 7 = 0",
        "UPDATE t SET id = id + " + 10 * rows + " WHERE id % 1000 = 1");
    s.assertEqual(1);
    s.assertNeverReseeded("t");
    System.out.printf("a transaction of %,d rows: %s%n", rows, s.verify().json());
  }

  @Test
  void unchangedLongValuesKeepWhatTheyWere() throws Exception {
    MirroredSchema s = mirror.schema("toast");
    String texts = "(SELECT string_agg(md5((i * g)::text), '') FROM generate_series(1, 200) g)";
    s.run(
        "CREATE TABLE t (id int PRIMARY KEY, a text, b bytea, c text[], d jsonb, e numeric, n int)",
        "ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER c SET STORAGE EXTERNAL",
        "INSERT INTO t SELECT i, "
            + texts
            + ", "
            + texts
            + "::bytea, ARRAY["
            + texts
            + ", NULL],"
            + " jsonb_build_object('a', "
            + texts
            + "), ("
            + "repeat('123456789', 900))::numeric, 0"
            + " FROM generate_series(1, 40) i");
    s.awaitMirrored();
    s.run(
        "UPDATE t SET n = 1 WHERE id BETWEEN 1 AND 10",
        "UPDATE t SET id = id + 100 WHERE id BETWEEN 5 AND 15",
        "UPDATE t SET a = 'short' WHERE id BETWEEN 16 AND 20",
        "UPDATE t SET b = NULL, n = 2 WHERE id = 17");
    s.transact(
        "UPDATE t SET n = 3 WHERE id = 20",
        "UPDATE t SET id = 200 WHERE id = 20",
        "UPDATE t SET n = 4 WHERE id = 200",
        "UPDATE t SET a = repeat('new', 5000) WHERE id = 200",
        "UPDATE t SET n = 5 WHERE id = 200",
        "UPDATE t SET id = 20 WHERE id = 200");
    s.transact(
        "INSERT INTO t SELECT 300, a, b, c, d, e, 9 FROM t WHERE id = 30",
        "UPDATE t SET n = 10 WHERE id = 300",
        "DELETE FROM t WHERE id = 31",
        "UPDATE t SET id = 31 WHERE id = 300",
        "UPDATE t SET n = 11 WHERE id = 31");
    s.transact(
        "UPDATE t SET id = -1 WHERE id = 32",
        "UPDATE t SET id = 32 WHERE id = 33",
        "UPDATE t SET id = 33 WHERE id = -1",
        "UPDATE t SET n = 12 WHERE id IN (32, 33)");
    s.assertEqual(1);
    s.assertNeverReseeded("t");
    s.run(
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "UPDATE t SET n = 20",
        "UPDATE t SET id = id + 1000");
    s.assertEqual(1);
  }

  @Test
  void aKeyThatChangesAgainAndAgainEndsAsItsLast() throws Exception {
    MirroredSchema s = mirror.schema("again");
    fill(s, "t");
    s.awaitMirrored();
    s.run(
        "DO $$ BEGIN FOR i IN 1..200 LOOP UPDATE t SET n = i WHERE id = 1; DELETE FROM t WHERE id ="
            + " 2; INSERT INTO t VALUES (2, 'round ' || i); UPDATE t SET id = 1000 + i WHERE id ="
            + " 3 OR id = 999 + i; END LOOP; END $$",
        "DELETE FROM t WHERE id = 4",
        "INSERT INTO t VALUES (4, 'again')",
        "DELETE FROM t WHERE id = 4");
    s.assertEqual(1);
    s.assertNeverReseeded("t");
  }

  @Test
  void sessionsThatWriteTheSameRowsEndAsTheSourceDoes() throws Exception {
    MirroredSchema s = mirror.schema("sessions");
    fill(s, "t");
    s.awaitMirrored();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Future<?>[] sessions = new Future<?>[4];
      for (int i = 0; i < sessions.length; i++) {
        int session = i;
        sessions[i] = threads.submit(() -> write(s, session));
      }
      for (Future<?> session : sessions) {
        session.get();
      }
    } finally {
      threads.shutdown();
    }
    s.assertEqual(1);
    s.assertNeverReseeded("t");
  }

  private static Void write(MirroredSchema s, int session) throws SQLException {
    try (Connection connection = s.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 200; i++) {
        statement.execute("UPDATE t SET n = n + 1, v = 's" + session + "' WHERE id = " + i % 20);
        statement.execute("DELETE FROM t WHERE id = " + (30 + i % 10));
        statement.execute(
            "INSERT INTO t VALUES ("
                + (30 + i % 10)
                + ", 'i') ON CONFLICT (id) DO UPDATE SET n ="
                + " t.n + 1");
      }
    }
    return null;
  }
}
