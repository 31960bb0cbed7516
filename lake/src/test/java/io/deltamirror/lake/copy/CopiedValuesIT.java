package io.deltamirror.lake.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.lake.delta.TableColumn;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopiedValuesIT {
  private static EmbeddedPostgres postgres;

  @TempDir private Path folder;
  private CopyScene scene;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = EmbeddedPostgres.builder().setServerConfig("wal_level", "logical").start();
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    scene = new CopyScene(postgres, folder);
  }

  @AfterEach
  void close() throws Exception {
    scene.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    scene.close();
  }

  private List<List<Object>> copied(String table) throws SQLException, IOException {
    for (CopyTask task : scene.plan(table)) {
      scene.copier().copy(task);
    }
    assertThat(scene.state(table).stage()).isEqualTo(SeedStage.SEEDED);
    return scene.rows(table);
  }

  @Test
  void everyTypeArrivesAsItIs() throws Exception {
    scene.sql(
        """
        CREATE TABLE public.t (k bigint PRIMARY KEY, s smallint, i integer, b boolean, r real,
          d double precision, n numeric(38,10), m numeric(18,2), t text, v varchar(20), c char(5),
          y bytea, u uuid, j json, jb jsonb, da date, ts timestamp, tz timestamptz)
        """,
        """
        INSERT INTO public.t VALUES
          (1, -32768, 2147483647, true, 1.5, 0.1, 9999999999999999999999999999.9999999999,
           -9999999999999999.99, E'tab\\tnew\\nline\\\\back\\r\\b\\f\\v \\\\N ü😀', '', 'ab',
           '\\x00ff5c6e', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"a": 1,  "a":2}',
           '{"b": [1, null], "a": "x\\ty"}', '4713-01-01 BC', '294247-01-10 04:00:54.775807',
           '0044-03-15 12:00:00+00 BC'),
          (9223372036854775807, 32767, -2147483648, false, 'NaN', '-Infinity', 0, 0.01, '', '\\N',
           '', '', '00000000-0000-0000-0000-000000000000', 'null', '1.10', '0001-01-01',
           '4713-01-01 00:00:00 BC', '2026-11-21 12:34:56.789012+05:30'),
          (-9223372036854775808, 0, 0, NULL, '-0', '-0', -0.0000000001, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, '5874897-12-31', NULL, NULL),
          (0, NULL, NULL, NULL, 'Infinity', 'NaN', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL)
        """);
    assertThat(copied("t"))
        .containsExactly(
            Arrays.asList(
                Long.MIN_VALUE,
                0,
                0,
                null,
                -0.0f,
                -0.0,
                new BigDecimal("-0.0000000001"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                day("+5874897-12-31"),
                null,
                null),
            Arrays.asList(
                0L,
                null,
                null,
                null,
                Float.POSITIVE_INFINITY,
                Double.NaN,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null),
            Arrays.asList(
                1L,
                -32768,
                Integer.MAX_VALUE,
                true,
                1.5f,
                0.1,
                new BigDecimal("9999999999999999999999999999.9999999999"),
                new BigDecimal("-9999999999999999.99"),
                "tab\tnew\nline\\back\r\b\f\u000B \\N ü😀",
                "",
                "ab   ",
                "00ff5c6e",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "{\"a\": 1,  \"a\":2}",
                "{\"a\": \"x\\ty\", \"b\": [1, null]}",
                day("-4712-01-01"),
                micros("+294247-01-10T04:00:54.775807"),
                micros("-0043-03-15T12:00:00")),
            Arrays.asList(
                Long.MAX_VALUE,
                32767,
                Integer.MIN_VALUE,
                false,
                Float.NaN,
                Double.NEGATIVE_INFINITY,
                new BigDecimal("0.0000000000"),
                new BigDecimal("0.01"),
                "",
                "\\N",
                "     ",
                "",
                "00000000-0000-0000-0000-000000000000",
                "null",
                "1.10",
                day("0001-01-01"),
                micros("-4712-01-01T00:00:00"),
                micros("2026-11-21T07:04:56.789012")));
  }

  @Test
  void arraysArriveAsListsOfTheirElements() throws Exception {
    scene.sql(
        """
        CREATE TABLE public.t (k int PRIMARY KEY, i int[], n numeric(38,10)[], m numeric(9,2)[],
          t text[], y bytea[], da date[], tz timestamptz[], b boolean[], d double precision[],
          deep int[][])
        """,
        """
        INSERT INTO public.t VALUES
          (1, '{1,NULL,-2147483648}', '{9999999999999999999999999999.9999999999}', '{-1234567.89}',
           ARRAY['', NULL, 'NULL', 'a,b', '{"x"}', E'tab\\t\\\\', ' ü😀'], ARRAY['\\x00ff'::bytea],
           '{4713-01-01 BC,2026-11-21}', '{2026-11-21 12:34:56.789012+05:30}', '{t,f,NULL}',
           '{NaN,-Infinity,-0,0.1}', '{{1,2},{3,NULL}}'),
          (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
          (3, NULL, '{NULL}', NULL, '{NULL}', NULL, NULL, NULL, NULL, NULL, '{{NULL}}')
        """);
    List<Object> empty = List.of();
    assertThat(copied("t"))
        .containsExactly(
            List.of(
                1,
                Arrays.asList(1, null, Integer.MIN_VALUE),
                List.of(new BigDecimal("9999999999999999999999999999.9999999999")),
                List.of(new BigDecimal("-1234567.89")),
                Arrays.asList("", null, "NULL", "a,b", "{\"x\"}", "tab\t\\", " ü😀"),
                List.of("00ff"),
                List.of(day("-4712-01-01"), day("2026-11-21")),
                List.of(micros("2026-11-21T07:04:56.789012")),
                Arrays.asList(true, false, null),
                List.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, 0.1),
                List.of(List.of(1, 2), Arrays.asList(3, null))),
            List.of(2, empty, empty, empty, empty, empty, empty, empty, empty, empty, empty),
            Arrays.asList(
                3,
                null,
                Arrays.asList((Object) null),
                null,
                Arrays.asList((Object) null),
                null,
                null,
                null,
                null,
                null,
                List.of(Arrays.asList((Object) null))));
  }

  @Test
  void aTableWithoutKeyIsCopiedWithItsEqualRows() throws Exception {
    scene.sql(
        "CREATE TABLE public.t (a int, \"A\" text)",
        "ALTER TABLE public.t REPLICA IDENTITY FULL",
        "INSERT INTO public.t VALUES (2, 'x'), (NULL, NULL), (1, 'y'), (2, 'x'), (NULL, NULL)");
    assertThat(copied("t"))
        .containsExactly(
            List.of(2, "x"),
            Arrays.asList(null, null),
            List.of(1, "y"),
            List.of(2, "x"),
            Arrays.asList(null, null));
    assertThat(scene.version("t").orElseThrow().columns().all())
        .extracting(TableColumn::name)
        .containsExactly("a", "A_2");
  }

  private static int day(String iso) {
    return Math.toIntExact(LocalDate.parse(iso).toEpochDay());
  }

  private static long micros(String iso) {
    return ChronoUnit.MICROS.between(
        LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), LocalDateTime.parse(iso));
  }

  @Test
  void anEmptyTableAppearsEmpty() throws Exception {
    scene.sql("CREATE TABLE public.t (k int PRIMARY KEY, t text)");
    assertThat(copied("t")).isEmpty();
    assertThat(scene.dataFiles("t")).isZero();
    assertThat(scene.version("t")).isPresent();
  }

  @Test
  void namesOfAnyKindAndSeveralKeyColumnsInAnotherOrderAreCopied() throws Exception {
    scene.sql(
        "CREATE TABLE public.t (\"a \"\"b\" int, \"Ä,c\" text, \"select\" text,"
            + " PRIMARY KEY (\"Ä,c\", \"a \"\"b\"))",
        "INSERT INTO public.t VALUES (2, 'x', 'p'), (1, 'x', 'q'), (3, 'w', 'r')");
    assertThat(copied("t"))
        .containsExactly(List.of(3, "w", "r"), List.of(1, "x", "q"), List.of(2, "x", "p"));
  }

  @Test
  void aTableOfItsKeyAloneIsCopied() throws Exception {
    scene.sql(
        "CREATE TABLE public.t (k text PRIMARY KEY)", "INSERT INTO public.t VALUES (''), ('\\.')");
    assertThat(copied("t")).containsExactly(List.of(""), List.of("\\."));
  }

  @Test
  void rowsOfChildTablesAreNotTheTables() throws Exception {
    scene.sql(
        "CREATE TABLE public.t (k int PRIMARY KEY)",
        "CREATE TABLE public.child () INHERITS (public.t)",
        "INSERT INTO public.t VALUES (1)",
        "INSERT INTO public.child VALUES (2)");
    assertThat(copied("t")).containsExactly(List.of(1));
  }
}
