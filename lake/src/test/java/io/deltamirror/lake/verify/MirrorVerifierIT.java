package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.deltamirror.lake.verify.MirrorProgress.Standing;
import io.deltamirror.lake.verify.RowDifference.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MirrorVerifierIT extends SmallTableFixture {
  @Test
  void rowsOfAllTypesAreEqual() {
    source.run(
        "CREATE TABLE public.kinds (tenant int, code text, small int2, big int8, ok bool, r real,"
            + " d float8, wide numeric(38,10), price numeric(10,2), v varchar(20), c char(5),"
            + " b bytea, u uuid, day date, local timestamp, instant timestamptz, j json, jb jsonb,"
            + " PRIMARY KEY (code, tenant))",
        "INSERT INTO public.kinds VALUES"
            + " (1, E'tab\\there\\\\N', -32768, 9223372036854775807, true, 1.1, 1e-300,"
            + " -1234567890123456789012345678.0123456789, 10.50, 'ä€😀', 'ab', '\\x00ff5c',"
            + " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '0044-03-15 BC', '12345-01-01 00:00:00.5',"
            + " '0001-12-31 23:59:59.999999+00 BC', '{\"a\" :  1}', '{\"a\" :  1}'),"
            + " (2, E'line\\nfeed\\r\\b\\f\\v', 0, -9223372036854775808, false, 'NaN',"
            + " '-Infinity', 0, -0.01, '', '', '', '00000000-0000-0000-0000-000000000000',"
            + " '1970-01-01', '1969-12-31 23:59:59.999999', '2026-11-05 10:20:30.123+02', '[]',"
            + " '[]'),"
            + " (3, '\\N', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
            + " NULL, NULL, NULL, NULL)");
    MirroredTable mirror =
        new MirroredTable(
            lake,
            "kinds",
            new StructType()
                .add("tenant", IntegerType.INTEGER, false)
                .add("code", StringType.STRING, false)
                .add("small", ShortType.SHORT)
                .add("big", LongType.LONG)
                .add("ok", BooleanType.BOOLEAN)
                .add("r", FloatType.FLOAT)
                .add("d", DoubleType.DOUBLE)
                .add("wide", new DecimalType(38, 10))
                .add("price", new DecimalType(10, 2))
                .add("v", StringType.STRING)
                .add("c", StringType.STRING)
                .add("b", BinaryType.BINARY)
                .add("u", StringType.STRING)
                .add("day", DateType.DATE)
                .add("local", TimestampType.TIMESTAMP)
                .add("instant", TimestampType.TIMESTAMP)
                .add("j", StringType.STRING)
                .add("jb", StringType.STRING));
    mirror.append(
        new Object[] {
          1,
          "tab\there\\N",
          (short) -32768,
          Long.MAX_VALUE,
          true,
          1.1f,
          1e-300,
          new BigDecimal("-1234567890123456789012345678.0123456789"),
          new BigDecimal("10.50"),
          "ä€😀",
          "ab   ",
          new byte[] {0, (byte) 0xFF, '\\'},
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
          (int) LocalDate.of(-43, 3, 15).toEpochDay(),
          LocalDate.of(12345, 1, 1).toEpochDay() * 86_400_000_000L + 500_000,
          LocalDate.of(1, 1, 1).toEpochDay() * 86_400_000_000L - 1,
          "{\"a\" :  1}",
          "{\"a\": 1}"
        },
        new Object[] {
          2,
          "line\nfeed\r\b\f\u000b",
          (short) 0,
          Long.MIN_VALUE,
          false,
          Float.NaN,
          Double.NEGATIVE_INFINITY,
          new BigDecimal("0E-10"),
          new BigDecimal("-0.01"),
          "",
          "     ",
          new byte[0],
          "00000000-0000-0000-0000-000000000000",
          0,
          -1L,
          LocalDate.of(2026, 11, 5).toEpochDay() * 86_400_000_000L + 30_030_123_000L,
          "[]",
          "[]"
        },
        new Object[] {
          3, "\\N", null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null
        });

    VerifyReport report = verify("kinds");

    assertThat(only(report).reason()).isEmpty();
    assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
    assertThat(report.rows()).isEqualTo(3);
    assertThat(only(report).mirrorRows()).isEqualTo(3);
    assertThat(only(report).sourceLsn()).isPresent();
    assertThat(only(report).version()).contains(1L);
  }

  @Test
  void emptyTablesAreEqual() {
    new MirroredTable(lake, "small", SMALL);

    assertThat(verify("small").exitCode()).isZero();
  }

  @Test
  void eachKindOfDifferenceIsFoundWithItsKey() {
    insertSmall(1, 2, 3, 4);
    MirroredTable mirror = mirrorOfSmall(rows(1, 3, 4, 5));
    mirror.append(rows(4));
    source.run("UPDATE public.small SET name = 'changed', ratio = 0 WHERE id = 3");

    TableReport report = only(verify("small"));

    assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(report.first())
        .containsExactly(
            difference(Kind.MISSING, 2),
            difference(Kind.DIFFERENT, 3, "name", "ratio"),
            difference(Kind.EXTRA, 4),
            difference(Kind.EXTRA, 5));
    assertThat(report.differences()).isEqualTo(4);
    assertThat(report.counted()).isTrue();
  }

  @Test
  void nullIsNotTheEmptyString() {
    source.run("INSERT INTO public.small VALUES (1, '', 1, NULL), (2, NULL, 1, NULL)");
    mirrorOfSmall(new Object[] {1, null, 1.0, null}, new Object[] {2, "", 1.0, null});

    assertThat(only(verify("small")).first())
        .containsExactly(
            difference(Kind.DIFFERENT, 1, "name"), difference(Kind.DIFFERENT, 2, "name"));
  }

  @Test
  void negativeZeroIsNotZero() {
    source.run("INSERT INTO public.small VALUES (1, 'a', '-0', NULL), (2, 'a', '-0', NULL)");
    mirrorOfSmall(new Object[] {1, "a", 0.0, null}, new Object[] {2, "a", -0.0, null});

    assertThat(only(verify("small")).first())
        .containsExactly(difference(Kind.DIFFERENT, 1, "ratio"));
  }

  @Test
  void oneMicrosecondIsADifference() {
    insertSmall(1);
    mirrorOfSmall(new Object[] {1, "n1", 1.5, NOON + 2});

    assertThat(only(verify("small")).first())
        .containsExactly(difference(Kind.DIFFERENT, 1, "seen at"));
  }

  @Test
  void deletedRowsOfADataFileDoNotCount() {
    insertSmall(1, 3);
    MirroredTable mirror = mirrorOfSmall(rows(1, 2, 3));
    mirror.delete(1);

    assertThat(verify("small").outcome()).isEqualTo(Outcome.EQUAL);
  }

  @Test
  void aRowDeletedByMistakeIsMissing() {
    insertSmall(1, 2, 3);
    MirroredTable mirror = mirrorOfSmall(rows(1, 2, 3));
    mirror.delete(1);

    assertThat(only(verify("small")).first()).containsExactly(difference(Kind.MISSING, 2));
  }

  @Test
  void manyDifferencesAreFoundInGroupsThatFitTheBudget() {
    source.run(
        "INSERT INTO public.small SELECT i, 'n' || i, i + 0.5,"
            + " timestamp 'epoch' + ("
            + NOON
            + " + i) * interval '1 us' FROM generate_series(1, 3000) AS i");
    mirrorOfSmall(rows(IntStream.rangeClosed(1, 3000).filter(id -> id % 10 != 0).toArray()));
    VerifyOptions tight = new VerifyOptions(64, 250_000, 1000, 3, 4, Duration.ofSeconds(1));

    TableReport report = only(verify(tight, (oid, atMost) -> new Standing.CaughtUp(), "small"));

    assertThat(report.differences()).isEqualTo(300);
    assertThat(report.counted()).isTrue();
    assertThat(report.first())
        .containsExactly(
            difference(Kind.MISSING, 10),
            difference(Kind.MISSING, 20),
            difference(Kind.MISSING, 30));
  }

  @Test
  void moreDifferencesThanAreLookedAtAreADifferenceAllTheSame() {
    source.run("INSERT INTO public.small SELECT i, '', 0, NULL FROM generate_series(1, 500) AS i");
    new MirroredTable(lake, "small", SMALL);

    TableReport report = only(verify(rounds(3), (oid, atMost) -> new Standing.CaughtUp(), "small"));

    assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(report.differences()).isEqualTo(100);
    assertThat(report.counted()).isFalse();
    assertThat(report.sourceRows()).isEqualTo(500);
  }

  @Test
  void otherColumnsCannotBeDecided() {
    mirrorOfSmall(rows(1));
    source.run("ALTER TABLE public.small ADD COLUMN more int");
    assertThat(only(verify("small")).reason()).contains("the mirror has no column more");

    source.run(
        "ALTER TABLE public.small DROP COLUMN more",
        "ALTER TABLE public.small ALTER COLUMN id TYPE text");
    assertThat(only(verify("small")).reason().orElseThrow())
        .startsWith("column id is text on the source and integer in the mirror");

    source.run("ALTER TABLE public.small DROP COLUMN name, ALTER id TYPE int USING id::int");
    assertThat(only(verify("small")).reason().orElseThrow())
        .isEqualTo("only the mirror has the columns [name]");
  }

  @Test
  void aDamagedDataFileCannotBeDecided() throws IOException {
    insertSmall(1);
    mirrorOfSmall(rows(1));
    try (var files =
        java.nio.file.Files.newDirectoryStream(lake.resolve("Tables/public/small"), "*.parquet")) {
      for (Path file : files) {
        java.nio.file.Files.write(file, "damaged".getBytes(StandardCharsets.UTF_8));
      }
    }

    TableReport report = only(verify("small"));

    assertThat(report.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(report.reason().orElseThrow()).startsWith("STORAGE_UNAVAILABLE");
  }

  @Test
  void rowsHiddenByAPolicyAreNotTakenForEqual() {
    insertSmall(1, 2);
    mirrorOfSmall(rows(1));
    source.run(
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON public.small TO reader",
        "ALTER TABLE public.small ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY one ON public.small USING (id = 1)");

    VerifyReport report =
        verify(source.session("reader"), VerifyOptions.defaults(), new ScriptedProgress(), "small");

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(only(report).reason().orElseThrow()).contains("row-level security");
  }

  @Test
  void keysOfEveryTypeAreLookedUpAgain() {
    source.run(
        "DROP TABLE IF EXISTS public.keyed",
        "CREATE TABLE public.keyed (t text, c char(4), b bytea, d float8, at timestamptz,"
            + " n numeric(6,2), v int, PRIMARY KEY (t, c, b, d, at, n))",
        "INSERT INTO public.keyed VALUES (E'it''s\\\\\\n', 'ab', '\\x5c00', '-Infinity',"
            + " '2026-01-02 03:04:05.6+00', 1.50, 1)");
    new MirroredTable(
            lake,
            "keyed",
            new StructType()
                .add("t", StringType.STRING, false)
                .add("c", StringType.STRING, false)
                .add("b", BinaryType.BINARY, false)
                .add("d", DoubleType.DOUBLE, false)
                .add("at", TimestampType.TIMESTAMP, false)
                .add("n", new DecimalType(6, 2), false)
                .add("v", IntegerType.INTEGER))
        .append(
            new Object[] {
              "it's\\\n",
              "ab  ",
              new byte[] {'\\', 0},
              Double.NEGATIVE_INFINITY,
              LocalDate.of(2026, 1, 2).toEpochDay() * 86_400_000_000L + 11_045_600_000L,
              new BigDecimal("1.50"),
              2
            });

    RowDifference difference = only(verify("keyed")).first().get(0);

    assertThat(difference.kind()).isEqualTo(Kind.DIFFERENT);
    assertThat(difference.columns()).containsExactly("v");
    assertThat(difference.key())
        .containsEntry("t", "it's\\\n")
        .containsEntry("c", "ab  ")
        .containsEntry("b", "\\x5c00")
        .containsEntry("d", "-Infinity")
        .containsEntry("at", "2026-01-02 03:04:05.6+00")
        .containsEntry("n", "1.50");
  }

  @Test
  void randomChangesAreAllFound() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    source.run(
        "INSERT INTO public.small SELECT i, 'n' || i, i + 0.5,"
            + " timestamp 'epoch' + ("
            + NOON
            + " + i) * interval '1 us'"
            + " FROM generate_series(1, 2000) AS i");
    int[] kept = IntStream.rangeClosed(1, 2000).filter(id -> random.nextInt(50) != 0).toArray();
    mirrorOfSmall(rows(kept));
    int[] changed = IntStream.of(kept).filter(id -> random.nextInt(50) == 0).toArray();
    for (int id : changed) {
      source.run("UPDATE public.small SET ratio = -1 WHERE id = " + id);
    }

    TableReport report =
        only(
            verify(
                new VerifyOptions(256, 100_000, 1000, 0, 3, Duration.ofSeconds(1)),
                (oid, atMost) -> new Standing.CaughtUp(),
                "small"));

    assertThat(report.differences())
        .as("seed %s", seed)
        .isEqualTo(2000 - kept.length + changed.length);
  }
}
