package io.deltamirror.core.source;

import static io.deltamirror.core.source.SourceServer.one;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class CatalogIT {
  private static SourceServer server;

  private SourceSession session;
  private Connection connection;

  @BeforeAll
  static void startServer() throws Exception {
    server = new SourceServer("logical");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void openDatabase(TestInfo test) throws SQLException {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    session = server.database("d" + Integer.toHexString(name.hashCode()));
    connection = session.open();
    run("SET search_path = public");
  }

  @AfterEach
  void closeDatabase() throws SQLException {
    connection.close();
  }

  private void run(String... statements) throws SQLException {
    for (String statement : statements) {
      SourceSession.execute(connection, statement);
    }
  }

  private SourceTable table(String name) throws SQLException {
    return new Catalog(connection)
        .tables().stream()
            .filter(table -> table.schema().name().name().equals(name))
            .findFirst()
            .orElseThrow();
  }

  private List<String> key(String name) throws SQLException {
    SourceTable table = table(name);
    return java.util.Arrays.stream(table.schema().keyIndexes())
        .mapToObj(i -> table.schema().columns().get(i).name())
        .toList();
  }

  private Optional<String> refusal(String name) throws SQLException {
    return TableRules.refusal(table(name), Instant.EPOCH).map(Fault::message);
  }

  @Test
  void theKeyIsWhatTheReplicaIdentityNames() throws Exception {
    run(
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int, d int, PRIMARY KEY (b, a))",
        "CREATE UNIQUE INDEX t_a ON t (a) INCLUDE (c)");
    assertThat(key("t")).containsExactly("b", "a");
    run("ALTER TABLE t REPLICA IDENTITY USING INDEX t_a");
    assertThat(key("t")).containsExactly("a");
    assertThat(table("t").insertOnly()).isEmpty();
    run("DROP INDEX t_a");
    assertThat(key("t")).isEmpty();
    assertThat(table("t").insertOnly()).hasValueSatisfying(why -> assertThat(why).contains("gone"));
    run("ALTER TABLE t REPLICA IDENTITY FULL");
    assertThat(key("t")).containsExactly("b", "a");
    run("ALTER TABLE t DROP CONSTRAINT t_pkey");
    assertThat(table("t").schema().multiset()).isTrue();
    run("ALTER TABLE t REPLICA IDENTITY NOTHING, ADD PRIMARY KEY (a)");
    assertThat(table("t").schema().insertOnly()).isTrue();
    run("ALTER TABLE t REPLICA IDENTITY DEFAULT, DROP CONSTRAINT t_pkey");
    assertThat(table("t").insertOnly())
        .hasValueSatisfying(why -> assertThat(why).contains("no primary key"));
  }

  /** PostgreSQL hands out nothing of an answer in which one name is no UTF-8. */
  @Test
  void namesThatAreNoUtf8KeepOnlyTheirOwnTablesFromBeingRead() throws Exception {
    run("CREATE DATABASE bare ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    try (Connection bare = server.session("bare", "postgres").open()) {
      SourceSession.execute(
          bare,
          """
          SET search_path = public;
          CREATE TYPE inside AS (a int);
          CREATE TYPE nested AS (b inside);
          CREATE TYPE kind AS ENUM ('a');
          CREATE TABLE "caf\u00e9" ("\u6ce8" text PRIMARY KEY, n nested);
          CREATE TABLE named (a text);
          CREATE TABLE columned (a text);
          CREATE TABLE typed (a kind);
          CREATE TABLE aged (a int);
          INSERT INTO aged VALUES (1);
          CREATE TABLE parted (a int) PARTITION BY LIST (a);
          CREATE TABLE leaf PARTITION OF parted DEFAULT;
          CREATE PUBLICATION mirror_m_full FOR TABLE leaf;
          CREATE SCHEMA spaced;
          CREATE TABLE spaced.inside (a int);
          CREATE VIEW viewed AS SELECT 1 AS a;
          DO $$
          DECLARE
            bad text := convert_from('\\x6361ff', 'SQL_ASCII');
            long text := convert_from('\\xc0af', 'SQL_ASCII');
            surrogate text := convert_from('\\xeda080', 'SQL_ASCII');
            part text := convert_from('\\xc3', 'SQL_ASCII');
            beyond text := convert_from('\\xf4908080', 'SQL_ASCII');
          BEGIN
            EXECUTE format('ALTER TABLE named RENAME TO %I', bad);
            EXECUTE format('ALTER TABLE columned RENAME a TO %I', bad);
            EXECUTE format('ALTER TYPE kind RENAME TO %I', bad || 'kind');
            EXECUTE format('ALTER TYPE inside RENAME TO %I', long);
            EXECUTE format('ALTER TABLE aged ADD v text DEFAULT %L', surrogate);
            EXECUTE format('ALTER TABLE leaf RENAME TO %I', part);
            EXECUTE format('ALTER SCHEMA spaced RENAME TO %I', beyond);
            EXECUTE format('ALTER VIEW viewed RENAME a TO %I', bad);
          END $$
          """);
      Map<String, Optional<String>> refusals = new TreeMap<>();
      for (SourceTable table : new Catalog(bare).tables()) {
        refusals.put(
            table.schema().name().qualified(),
            TableRules.refusal(table, Instant.EPOCH).map(Fault::message));
        assertThat(new Catalog(bare).table(table.schema().oid())).contains(table);
      }
      assertThat(refusals.remove("public.caf\u00e9")).isEmpty();
      assertThat(refusals.remove("public.viewed")).contains("a view is not mirrored");
      assertThat(refusals.keySet())
          .containsExactly(
              "\\364\\220\\200\\200.inside",
              "public.aged",
              "public.ca\\377",
              "public.columned",
              "public.parted",
              "public.typed");
      assertThat(refusals.values())
          .allSatisfy(why -> assertThat(why.orElseThrow()).endsWith("is not in UTF-8"));
      Publications publications = new Publications(bare, SourceNames.of("m"));
      assertThatCode(publications::dropPartitions).doesNotThrowAnyException();
    }
  }

  /** Its duplicates exist for a moment, so equal keys are not equal rows. */
  @Test
  void aDeferrableKeyIsNone() throws Exception {
    run("CREATE TABLE t (a int PRIMARY KEY DEFERRABLE)");
    assertThat(table("t").insertOnly())
        .hasValueSatisfying(why -> assertThat(why).contains("deferrable"));
    run("ALTER TABLE t REPLICA IDENTITY FULL");
    assertThat(table("t").schema().multiset()).isTrue();
  }

  @Test
  void keysOfArraysAreText() throws Exception {
    run("CREATE TABLE t (a int[] PRIMARY KEY, b int[])");
    assertThat(table("t").schema().columns())
        .extracting(Column::carriedAs)
        .containsExactly("text", "array(integer)");
  }

  @Test
  void formsFollowDomainsAndOptions() throws Exception {
    run(
        "CREATE DOMAIN price AS numeric(8, 2)",
        "CREATE TABLE t (a price PRIMARY KEY, b timestamp, c price[])");
    TypeOptions ntz = new TypeOptions(true, Optional.empty());
    long oid = table("t").schema().oid();
    assertThat(new Catalog(connection, ntz).table(oid).orElseThrow().schema().columns())
        .extracting(Column::carriedAs)
        .containsExactly("decimal(8,2)", "timestamp_ntz", "array(decimal(8,2))");
  }

  @Test
  void storedGeneratedColumnsAreCarriedVirtualOnesAreNamed() throws Exception {
    run(
        "CREATE TABLE t (a int PRIMARY KEY, s int GENERATED ALWAYS AS (a * 2) STORED,"
            + " v int GENERATED ALWAYS AS (a * 3) VIRTUAL)",
        "CREATE TABLE k (a int, s int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY)");
    assertThat(table("t").schema().columns()).extracting(Column::name).containsExactly("a", "s");
    assertThat(table("t").omitted()).containsExactly("v");
    assertThat(table("t").notes()).containsExactly("generated columns are left out: v");
    assertThat(key("k")).containsExactly("s");
    run("ALTER TABLE t REPLICA IDENTITY FULL");
    assertThat(table("t").schema().insertOnly()).isTrue();
    assertThat(table("t").insertOnly()).hasValueSatisfying(w -> assertThat(w).contains("virtual"));
  }

  @Test
  void aColumnThatIsAddedWhereItsPartitionIsMadeHasItsValueInTheRowsBetween() throws Exception {
    run("CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a)");
    run(
        "BEGIN; CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9); INSERT INTO t VALUES (1);"
            + " ALTER TABLE t ADD COLUMN c int DEFAULT 5; INSERT INTO t VALUES (2); COMMIT");
    assertThat(table("t").missing()).isEqualTo(Map.of(2, "5"));
  }

  @Test
  void attnumsCountDroppedColumnsAndMissingValuesAreWhatOldRowsShow() throws Exception {
    run(
        "CREATE TABLE t (a int PRIMARY KEY, b int)",
        "INSERT INTO t VALUES (1)",
        "ALTER TABLE t DROP COLUMN b, ADD COLUMN c text DEFAULT 'x,\"{}', ADD COLUMN d int[]"
            + " DEFAULT '{1,NULL}', ADD COLUMN e bytea DEFAULT 'ab', ADD COLUMN f int,"
            + " ADD COLUMN h box DEFAULT '(3,4),(1,2)', ADD COLUMN i text DEFAULT ''");
    SourceTable table = table("t");
    assertThat(table.schema().attnums()).isEqualTo(8);
    assertThat(table.schema().columns())
        .extracting(Column::attnum)
        .containsExactly(1, 3, 4, 5, 6, 7, 8);
    assertThat(table.missing())
        .isEqualTo(Map.of(3, "x,\"{}", 4, "{1,NULL}", 5, "\\x6162", 7, "(3,4),(1,2)", 8, ""));
    assertThat(table.schema().missing()).isEmpty();
    run("ALTER TABLE t ADD COLUMN g double precision DEFAULT random()");
    assertThat(table("t").missing()).as("all rows were written anew").isEmpty();
  }

  @Test
  void onlyWhatRewritesRowsBehindTheWalIsARewrite() throws Exception {
    run("CREATE TABLE t (a int PRIMARY KEY, b int)", "INSERT INTO t VALUES (1, 2)");
    RowStorage before = table("t").storage();
    assertThat(table("t").rewrittenSince(RowStorage.UNKNOWN)).isEmpty();
    run("VACUUM FULL t", "VACUUM FREEZE pg_attribute", "VACUUM FULL pg_attribute", "ANALYZE t");
    RowStorage moved = table("t").storage();
    assertThat(moved.files()).isNotEqualTo(before.files());
    assertThat(moved.attributes()).isEqualTo(before.attributes());
    assertThat(table("t").rewrittenSince(before)).isEmpty();
    run("ALTER TABLE t ALTER b SET NOT NULL");
    assertThat(table("t").storage().files()).isEqualTo(moved.files());
    assertThat(table("t").storage().attributes()).isNotEqualTo(moved.attributes());
    assertThat(table("t").rewrittenSince(moved)).isEmpty();
    RowStorage now = table("t").storage();
    run("ALTER TABLE t ALTER b TYPE int USING b + 1");
    assertThat(table("t").rewrittenSince(now)).isPresent();
  }

  private Map<String, RowStorage> storages() throws SQLException {
    Map<String, RowStorage> storages = new TreeMap<>();
    for (SourceTable table : new Catalog(connection).tables()) {
      storages.put(table.schema().name().name(), table.storage());
    }
    return storages;
  }

  /** By name of the table, what the WAL does not tell of it since it was as given. */
  private Map<String, String> rewritten(Map<String, RowStorage> since) throws SQLException {
    Map<String, String> reasons = new TreeMap<>();
    for (String name : since.keySet()) {
      table(name).rewrittenSince(since.get(name)).ifPresent(why -> reasons.put(name, why));
    }
    return reasons;
  }

  private void enums() throws SQLException {
    run(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
        "CREATE TYPE other AS ENUM ('sad')",
        "CREATE DOMAIN state AS mood",
        "CREATE DOMAIN states AS state[]",
        "CREATE TYPE moodrange AS RANGE (subtype = mood)",
        "CREATE TYPE pair AS (a int, s states)",
        "CREATE TABLE plain (a int PRIMARY KEY, p point, t text[])",
        "CREATE TABLE others (o other)",
        "CREATE TABLE direct (m mood)",
        "CREATE TABLE list (m mood[])",
        "CREATE TABLE domain (s state)",
        "CREATE TABLE ranges (r moodrange)",
        "CREATE TABLE multiranges (r moodmultirange[])",
        "CREATE TABLE inside (p pair)",
        "CREATE TABLE rows (r direct)",
        "CREATE TABLE root (a int, m mood) PARTITION BY LIST (a)",
        "CREATE TABLE leaf PARTITION OF root DEFAULT");
  }

  @Test
  void aRenamedLabelChangesAllThatIsMadeOfItsEnumAndAnAddedOneNothing() throws Exception {
    enums();
    assertThat(table("plain").storage().types()).isEmpty();
    Map<String, RowStorage> before = storages();
    run("ALTER TYPE mood ADD VALUE 'new' BEFORE 'ok'", "ALTER TYPE mood ADD VALUE 'ü b:+'");
    assertThat(rewritten(before)).isEmpty();
    Map<String, RowStorage> more = storages();
    assertThat(more.get("direct")).isNotEqualTo(before.get("direct"));
    assertThat(more.get("others")).isEqualTo(before.get("others"));
    run("VACUUM FREEZE pg_enum", "VACUUM FULL pg_enum");
    assertThat(storages()).isEqualTo(more);
    run("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'");
    assertThat(rewritten(before)).isEqualTo(rewritten(more));
    assertThat(rewritten(more))
        .containsOnlyKeys(
            "direct", "list", "domain", "ranges", "multiranges", "inside", "rows", "root")
        .allSatisfy((table, why) -> assertThat(why).contains("values of type mood were renamed"));
    Map<String, RowStorage> renamed = storages();
    assertThat(rewritten(renamed)).isEmpty();
    run("ALTER TYPE mood RENAME VALUE 'sad' TO 'x'", "ALTER TYPE mood RENAME VALUE 'x' TO 'sad'");
    assertThat(rewritten(renamed)).as("rows may have come in between").containsKey("direct");
  }

  @Test
  void whatIsAddedToOrDroppedFromACompositeChangesAllThatIsMadeOfIt() throws Exception {
    run(
        "CREATE TYPE \"p: +\" AS (a int, b text)",
        "CREATE TYPE outside AS (p \"p: +\"[])",
        "CREATE TABLE part (a int)",
        "CREATE TABLE t (p \"p: +\")",
        "CREATE TABLE nested (o outside)",
        "CREATE TABLE rows (r part[])");
    Map<String, RowStorage> before = storages();
    run("ALTER TYPE \"p: +\" RENAME ATTRIBUTE b TO c", "ALTER TABLE part ALTER a SET NOT NULL");
    assertThat(rewritten(before)).as("names are not printed").isEmpty();
    run("ALTER TYPE \"p: +\" ADD ATTRIBUTE d int");
    assertThat(rewritten(before))
        .containsOnlyKeys("t", "nested")
        .containsEntry("t", "attributes of type \"p: +\" changed");
    before = storages();
    run("ALTER TYPE \"p: +\" DROP ATTRIBUTE d");
    assertThat(rewritten(before)).containsOnlyKeys("t", "nested");
    before = storages();
    run("ALTER TABLE part ADD COLUMN b int");
    assertThat(rewritten(before)).containsOnlyKeys("rows");
    run("ALTER TABLE t DROP COLUMN p");
    assertThat(rewritten(storages())).isEmpty();
    assertThat(table("t").storage().types()).isEmpty();
  }

  @Test
  void aTypeThatComesWithAColumnIsNoRewriteUnlessItChangedSince() throws Exception {
    enums();
    Map<String, RowStorage> before = storages();
    run(
        "BEGIN",
        "CREATE TYPE fresh AS ENUM ('a')",
        "CREATE TYPE whole AS (f fresh)",
        "ALTER TABLE plain ADD COLUMN w whole, ADD COLUMN m mood",
        "COMMIT");
    assertThat(rewritten(before)).isEmpty();
    Map<String, RowStorage> added = storages();
    run("ALTER TYPE fresh RENAME VALUE 'a' TO 'b'");
    assertThat(rewritten(before)).as("nobody has seen the column before").containsOnlyKeys("plain");
    assertThat(rewritten(added)).containsOnlyKeys("plain");
    RowStorage now = table("direct").storage();
    run("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'");
    RowStorage earlier = new RowStorage(now.files(), now.attributes(), null);
    assertThat(table("direct").rewrittenSince(earlier)).as("not known").isEmpty();
  }

  @Test
  void aTypeThatOneTransactionMakesUsesAndAltersIsARewrite() throws Exception {
    run("CREATE TABLE plain (id int PRIMARY KEY)");
    Map<String, RowStorage> before = storages();
    run(
        "BEGIN",
        "CREATE TYPE fresh AS ENUM ('a')",
        "ALTER TABLE plain ADD COLUMN f fresh",
        "INSERT INTO plain VALUES (1, 'a')",
        "ALTER TYPE fresh RENAME VALUE 'a' TO 'b'",
        "COMMIT");
    assertThat(rewritten(before)).containsOnlyKeys("plain");
    before = storages();
    run(
        "BEGIN",
        "CREATE TYPE pair AS (a int, b text)",
        "ALTER TABLE plain ADD COLUMN p pair",
        "INSERT INTO plain VALUES (2, 'b', '(1,x)')",
        "ALTER TYPE pair ADD ATTRIBUTE c int",
        "COMMIT");
    assertThat(rewritten(before)).containsOnlyKeys("plain");
  }

  private void partitioned() throws SQLException {
    run(
        "CREATE TABLE t (a int PRIMARY KEY, b text) PARTITION BY RANGE (a)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (a)",
        "CREATE TABLE t2a PARTITION OF t2 FOR VALUES FROM (10) TO (15)",
        "CREATE TABLE td PARTITION OF t DEFAULT",
        "INSERT INTO t SELECT i, 'x' FROM generate_series(0, 14) i",
        "INSERT INTO t SELECT i, 'x' FROM generate_series(100, 110) i",
        "VACUUM ANALYZE t");
  }

  @Test
  void aPartitionedTableIsOneTableWithTheRowsOfAll() throws Exception {
    partitioned();
    SourceTable table = table("t");
    assertThat(table.relkind()).isEqualTo('p');
    assertThat(table.rows()).isEqualTo(26);
    assertThat(table.pages()).isEqualTo(3);
    assertThat(key("t")).containsExactly("a");
    assertThat(refusal("t")).isEmpty();
    assertThat(new Catalog(connection).tables()).hasSize(1);
    assertThat(new Catalog(connection).table(oid("t1"))).isEmpty();
    assertThat(table.filenode()).isPositive();
  }

  private long oid(String name) throws SQLException {
    return Long.parseLong(one(connection, "SELECT '" + name + "'::regclass::oid"));
  }

  @Test
  void newPartitionsAreNoRewriteButWhatBringsOrTakesRowsIs() throws Exception {
    partitioned();
    RowStorage before = table("t").storage();
    run(
        "BEGIN",
        "CREATE TABLE t3 PARTITION OF t FOR VALUES FROM (30) TO (40)",
        "INSERT INTO t VALUES (30)",
        "COMMIT",
        "CREATE TABLE t2b PARTITION OF t2 FOR VALUES FROM (15) TO (20)",
        "INSERT INTO t VALUES (16)",
        "ANALYZE t");
    assertThat(table("t").rewrittenSince(before)).isEmpty();
    RowStorage more = table("t").storage();
    run("DELETE FROM t WHERE a = 30", "VACUUM t3");
    assertThat(table("t").rewrittenSince(more)).as("empty again").isEmpty();
    assertThat(table("t").storage()).isEqualTo(more);
    run("TRUNCATE t2a");
    assertThat(table("t").rewrittenSince(more))
        .hasValueSatisfying(why -> assertThat(why).contains("truncated"));
    more = table("t").storage();
    run("ALTER TABLE t DETACH PARTITION t1");
    assertThat(table("t").rewrittenSince(more))
        .hasValueSatisfying(why -> assertThat(why).contains("detached"));
    assertThat(key("t1")).as("a table of its own").containsExactly("a");
    RowStorage without = table("t").storage();
    run("ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10)");
    assertThat(table("t").rewrittenSince(without))
        .hasValueSatisfying(why -> assertThat(why).contains("attached"));
    assertThat(table("t").rewrittenSince(more)).as("rows may be others").isPresent();
    more = table("t").storage();
    run("DROP TABLE td");
    assertThat(table("t").rewrittenSince(more)).isPresent();
  }

  @Test
  void anEmptyTableThatIsAttachedIsNoRewriteAlsoWhenItIsFilledLater() throws Exception {
    partitioned();
    RowStorage before = table("t").storage();
    run(
        "CREATE TABLE t4 (LIKE t INCLUDING ALL)",
        "ALTER TABLE t ATTACH PARTITION t4 FOR VALUES FROM (40) TO (50)",
        "CREATE TABLE t5 (a int PRIMARY KEY, b text) PARTITION BY RANGE (a)",
        "CREATE TABLE t5a PARTITION OF t5 FOR VALUES FROM (50) TO (55)",
        "ALTER TABLE t ATTACH PARTITION t5 FOR VALUES FROM (50) TO (60)");
    RowStorage empty = table("t").storage();
    assertThat(table("t").rewrittenSince(before)).isEmpty();
    run("INSERT INTO t VALUES (40), (50)");
    assertThat(table("t").rewrittenSince(empty)).isEmpty();
    assertThat(table("t").rewrittenSince(before)).as("nobody saw it empty").isPresent();
  }

  /** Its rows came through the WAL, the TRUNCATE did not. */
  @Test
  void aNewPartitionThatWasFilledAndTruncatedIsARewriteThoughItIsEmpty() throws Exception {
    partitioned();
    RowStorage before = table("t").storage();
    run(
        "CREATE TABLE t4 (LIKE t INCLUDING ALL)",
        "ALTER TABLE t ATTACH PARTITION t4 FOR VALUES FROM (40) TO (50)",
        "INSERT INTO t VALUES (40)",
        "TRUNCATE t4");
    assertThat(table("t").rewrittenSince(before)).as("attached empty").isPresent();
    before = table("t").storage();
    run(
        "CREATE TABLE t5 PARTITION OF t FOR VALUES FROM (50) TO (60) PARTITION BY RANGE (a)",
        "CREATE TABLE t5a PARTITION OF t5 FOR VALUES FROM (50) TO (55)",
        "INSERT INTO t VALUES (50)",
        "TRUNCATE t5a");
    assertThat(table("t").rewrittenSince(before)).as("made two levels down").isPresent();
    before = table("t").storage();
    run(
        "CREATE TABLE t6 PARTITION OF t FOR VALUES FROM (60) TO (70)",
        "INSERT INTO t VALUES (60)",
        "TRUNCATE t6");
    assertThat(table("t").rewrittenSince(before)).as("made in its place").isPresent();
  }

  @Test
  void aPartitionThatIsLockedHoldsUpNothing() throws Exception {
    partitioned();
    RowStorage before = table("t").storage();
    run(
        "CREATE TABLE t4 (LIKE t INCLUDING ALL)",
        "ALTER TABLE t ATTACH PARTITION t4 FOR VALUES FROM (40) TO (50)");
    try (Connection other = session.open()) {
      SourceSession.execute(other, "BEGIN");
      SourceSession.execute(other, "LOCK TABLE public.t4 IN ACCESS EXCLUSIVE MODE");
      run("SET lock_timeout = '1s'");
      assertThat(table("t").rewrittenSince(before)).as("cannot be told").isPresent();
    }
  }

  @Test
  void aTableThatIsFilledAndAttachedInOneTransactionIsARewrite() throws Exception {
    partitioned();
    RowStorage before = table("t").storage();
    run(
        "BEGIN",
        "CREATE TABLE t4 (a int PRIMARY KEY, b text)",
        "INSERT INTO t4 VALUES (40, 'before')",
        "ALTER TABLE t ATTACH PARTITION t4 FOR VALUES FROM (40) TO (50)",
        "COMMIT");
    assertThat(table("t").rewrittenSince(before)).isPresent();
    before = table("t").storage();
    run(
        "CREATE TABLE t5 (a int PRIMARY KEY, b text) PARTITION BY RANGE (a)",
        "CREATE TABLE t5a PARTITION OF t5 FOR VALUES FROM (50) TO (55)",
        "INSERT INTO t5 VALUES (50, 'before')",
        "ALTER TABLE t ATTACH PARTITION t5 FOR VALUES FROM (50) TO (60)");
    assertThat(table("t").rewrittenSince(before)).isPresent();
    before = table("t").storage();
    run("CREATE TABLE t5b PARTITION OF t5 FOR VALUES FROM (55) TO (60)");
    assertThat(table("t").rewrittenSince(before)).as("in its place from the start").isEmpty();
  }

  @Test
  void aColumnWithDefaultOfAPartitionedTableHasTheMissingValueOfItsPartitions() throws Exception {
    partitioned();
    run("ALTER TABLE t ADD COLUMN c int DEFAULT 7");
    run("CREATE TABLE t3 PARTITION OF t FOR VALUES FROM (30) TO (40)");
    assertThat(table("t").missing()).isEqualTo(Map.of(3, "7"));
  }

  @Test
  void aMissingValueThatNotAllOlderPartitionsHaveIsNone() throws Exception {
    partitioned();
    run(
        "ALTER TABLE t DETACH PARTITION td",
        "ALTER TABLE td ADD COLUMN c int DEFAULT 8, ADD COLUMN d int, ADD COLUMN e int DEFAULT 9",
        "ALTER TABLE t ADD COLUMN c int DEFAULT 7, ADD COLUMN d int DEFAULT 8,"
            + " ADD COLUMN e int DEFAULT 9",
        "ALTER TABLE t ATTACH PARTITION td DEFAULT");
    assertThat(table("t").missing()).isEqualTo(Map.of(5, "9"));
  }

  @Test
  void aPartitionedTableHasTheIdentityThatAllPartitionsDeliver() throws Exception {
    partitioned();
    run("ALTER TABLE t1 REPLICA IDENTITY FULL");
    assertThat(key("t")).containsExactly("a");
    run("ALTER TABLE t2a REPLICA IDENTITY NOTHING");
    assertThat(table("t").schema().insertOnly()).isTrue();
    assertThat(table("t").insertOnly()).hasValueSatisfying(w -> assertThat(w).contains("t2a"));
    run("ALTER TABLE t2a ALTER b SET NOT NULL", "CREATE UNIQUE INDEX t2a_b ON t2a (b, a)");
    run("TRUNCATE t2a", "ALTER TABLE t2a REPLICA IDENTITY USING INDEX t2a_b");
    assertThat(key("t")).as("the index has the key's columns").containsExactly("a");
    for (String leaf : List.of("t", "t1", "t2a", "td")) {
      run("ALTER TABLE " + leaf + " REPLICA IDENTITY FULL");
    }
    assertThat(key("t")).containsExactly("a");
    assertThat(table("t").schema().identity())
        .as("old rows of the next partition are keys only")
        .isEqualTo(ReplicaIdentity.DEFAULT);
  }

  /** A new partition has the identity DEFAULT and no key. */
  @Test
  void aPartitionedTableWithoutPrimaryKeyIsInsertOnlyWhateverItsPartitionsDeliver()
      throws Exception {
    run(
        "CREATE TABLE t (a int NOT NULL, b int) PARTITION BY RANGE (a)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)",
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "ALTER TABLE t1 REPLICA IDENTITY FULL");
    assertThat(table("t").schema().insertOnly()).isTrue();
    assertThat(table("t").notes().toString())
        .contains("it is partitioned and has no primary key", "updates of a new partition");
    run(
        "CREATE UNIQUE INDEX t_a ON t (a)",
        "ALTER TABLE t REPLICA IDENTITY USING INDEX t_a",
        "ALTER TABLE t1 REPLICA IDENTITY USING INDEX t1_a_idx");
    assertThat(table("t").schema().insertOnly()).isTrue();
    run("ALTER TABLE t ADD PRIMARY KEY (a, b)");
    assertThat(table("t").insertOnly()).hasValueSatisfying(why -> assertThat(why).contains("t1"));
    run("ALTER TABLE t1 REPLICA IDENTITY DEFAULT");
    assertThat(key("t")).as("not the index's").containsExactly("a", "b");
    run("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (a) DEFERRABLE");
    assertThat(table("t").insertOnly())
        .hasValueSatisfying(why -> assertThat(why).contains("deferrable"));
  }

  @Test
  void inheritanceMakesTablesOfTheirOwn() throws Exception {
    run(
        "CREATE TABLE parent (a int PRIMARY KEY)",
        "CREATE TABLE child (b int) INHERITS (parent)",
        "INSERT INTO child VALUES (1, 2)");
    assertThat(key("parent")).containsExactly("a");
    assertThat(key("child")).isEmpty();
    assertThat(table("child").schema().columns()).hasSize(2);
  }

  @Test
  void whatIsNotInTheWalIsRefusedAndSaysWhy() throws Exception {
    run(
        "CREATE VIEW a_view AS SELECT 1 AS a",
        "CREATE MATERIALIZED VIEW a_matview AS SELECT 1 AS a",
        "CREATE UNLOGGED TABLE unlogged (a int PRIMARY KEY)",
        "CREATE TEMPORARY TABLE temporary (a int PRIMARY KEY)",
        "CREATE TABLE no_columns ()",
        "CREATE TABLE only_virtual (v int GENERATED ALWAYS AS (1) VIRTUAL)",
        "CREATE TABLE root (a int) PARTITION BY LIST (a)",
        "CREATE UNLOGGED TABLE root1 PARTITION OF root FOR VALUES IN (1)",
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE FOREIGN TABLE a_foreign (a int) SERVER other",
        "CREATE TABLE far (a int) PARTITION BY LIST (a)",
        "CREATE FOREIGN TABLE far1 PARTITION OF far FOR VALUES IN (1) SERVER other");
    assertThat(refusal("a_view")).contains("a view is not mirrored");
    assertThat(refusal("a_matview")).contains("a materialized view is not mirrored");
    assertThat(refusal("unlogged")).contains("an unlogged table is not mirrored");
    assertThat(refusal("temporary")).contains("a temporary table is not mirrored");
    assertThat(refusal("a_foreign")).contains("a foreign table is not mirrored");
    assertThat(refusal("no_columns")).contains("it has no columns that the WAL carries");
    assertThat(refusal("only_virtual")).contains("it has no columns that the WAL carries");
    assertThat(refusal("root")).contains("its partition public.root1 is unlogged");
    assertThat(refusal("far")).contains("its partition public.far1 is a foreign table");
  }

  /** The reason for all the care with identities: what the source's own application sees. */
  @Test
  void updatesAndDeletesWorkOnTheSourceWhateverTheIdentityIs() throws Exception {
    run(
        "CREATE TABLE keyed (a int PRIMARY KEY, b int)",
        "CREATE TABLE nokey (a int, b int)",
        "CREATE TABLE deferrable_key (a int PRIMARY KEY DEFERRABLE, b int)",
        "CREATE TABLE deferrable_full (a int PRIMARY KEY DEFERRABLE, b int)",
        "ALTER TABLE deferrable_full REPLICA IDENTITY FULL",
        "CREATE TABLE nothing (a int PRIMARY KEY, b int)",
        "ALTER TABLE nothing REPLICA IDENTITY NOTHING",
        "CREATE TABLE lost_index (a int NOT NULL, b int)",
        "CREATE UNIQUE INDEX lost ON lost_index (a)",
        "ALTER TABLE lost_index REPLICA IDENTITY USING INDEX lost",
        "DROP INDEX lost",
        "CREATE TABLE stored_key (a int, b int, s int GENERATED ALWAYS AS (a) STORED PRIMARY KEY)",
        "CREATE TABLE stored_full (a int, b int, s int GENERATED ALWAYS AS (a) STORED)",
        "ALTER TABLE stored_full REPLICA IDENTITY FULL",
        "CREATE TABLE virtual_full (a int, b int, v int GENERATED ALWAYS AS (a) VIRTUAL)",
        "ALTER TABLE virtual_full REPLICA IDENTITY FULL",
        "CREATE TABLE virtual_key (a int PRIMARY KEY, b int, v int GENERATED ALWAYS AS (a) VIRTUAL)",
        "CREATE TABLE spans (a daterange, b int, k int4range DEFAULT '[1,2)',"
            + " PRIMARY KEY (k, a WITHOUT OVERLAPS))",
        "CREATE TABLE root (a int PRIMARY KEY, b int) PARTITION BY RANGE (a)",
        "CREATE TABLE root1 PARTITION OF root FOR VALUES FROM (0) TO (9)",
        "ALTER TABLE root1 REPLICA IDENTITY NOTHING",
        "CREATE TABLE full_root (a int PRIMARY KEY, b int) PARTITION BY RANGE (a)",
        "CREATE TABLE full_root1 PARTITION OF full_root FOR VALUES FROM (0) TO (9)",
        "ALTER TABLE full_root REPLICA IDENTITY FULL",
        "CREATE TABLE keyless_root (a int, b int) PARTITION BY RANGE (a)",
        "CREATE TABLE keyless_root1 PARTITION OF keyless_root FOR VALUES FROM (0) TO (9)",
        "ALTER TABLE keyless_root REPLICA IDENTITY FULL",
        "CREATE TABLE virtual_root (a int, b int, v int GENERATED ALWAYS AS (a) VIRTUAL)"
            + " PARTITION BY RANGE (a)",
        "CREATE TABLE virtual_root1 PARTITION OF virtual_root FOR VALUES FROM (0) TO (9)",
        "ALTER TABLE virtual_root REPLICA IDENTITY FULL",
        "ALTER TABLE virtual_root1 REPLICA IDENTITY FULL");
    Publications publications = new Publications(connection, SourceNames.of("shop"));
    publications.ensure();
    List<SourceTable> tables = new Catalog(connection).tables();
    assertThat(tables).hasSize(15);
    for (SourceTable table : tables) {
      String name = table.schema().name().quoted();
      publications.add(table.schema(), null);
      String first = name.contains("spans") ? "'[2026-01-01,2026-01-02)'" : "1";
      assertThatCode(
              () ->
                  run(
                      "INSERT INTO " + name + " (a, b) VALUES (" + first + ", 1)",
                      "UPDATE " + name + " SET b = 2",
                      "DELETE FROM " + name))
          .as(name)
          .doesNotThrowAnyException();
      // And not for want of trying: whatever could be published with its updates is.
      if (table.insertOnly().isPresent()) {
        run("INSERT INTO " + name + " (a, b) VALUES (" + first + ", 1)");
        run(
            Publication.insertOnly(SourceNames.of("shop")).remove(table.schema().name()),
            Publication.full(SourceNames.of("shop")).add(table.schema().name()));
        assertThatCode(() -> run("UPDATE " + name + " SET b = 2"))
            .as(name)
            .isInstanceOf(SQLException.class);
      }
    }
    assertThat(publications.members().values().stream().filter(m -> m.inserts()).count()).isZero();
  }

  /** Before anybody has looked at them. */
  @Test
  void updatesAndDeletesWorkOnNewPartitionsWhateverTheIdentityIs() throws Exception {
    run("CREATE TABLE root (a int NOT NULL, b int, PRIMARY KEY (a)) PARTITION BY RANGE (a)");
    for (String name : List.of("full_root", "index_root", "keyless_root", "deferrable_root")) {
      run("CREATE TABLE " + name + " (a int NOT NULL, b int) PARTITION BY RANGE (a)");
    }
    run(
        "ALTER TABLE deferrable_root ADD PRIMARY KEY (a) DEFERRABLE",
        "CREATE UNIQUE INDEX by_index ON index_root (a)",
        "ALTER TABLE index_root REPLICA IDENTITY USING INDEX by_index",
        "ALTER TABLE full_root REPLICA IDENTITY FULL");
    Publications publications = new Publications(connection, SourceNames.of("shop"));
    publications.ensure();
    for (SourceTable table : new Catalog(connection).tables()) {
      publications.add(table.schema(), null);
      String name = table.schema().name().name();
      assertThatCode(
              () ->
                  run(
                      "CREATE TABLE new_%1$s PARTITION OF %1$s DEFAULT".formatted(name),
                      "INSERT INTO " + name + " VALUES (1, 1), (2, 2)",
                      "UPDATE " + name + " SET b = 3",
                      "DELETE FROM " + name))
          .as(name)
          .doesNotThrowAnyException();
    }
    assertThat(publications.members().values().stream().filter(m -> m.updates())).hasSize(1);
  }
}
