package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import io.deltamirror.lake.verify.RowDifference.Kind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifiedTypesIT extends SmallTableFixture {
  private static final StructType ARRAYS =
      new StructType()
          .add("id", IntegerType.INTEGER, false)
          .add("words", list(StringType.STRING))
          .add("grid", list(list(IntegerType.INTEGER)))
          .add("ratios", list(DoubleType.DOUBLE))
          .add("prices", list(new DecimalType(6, 2)))
          .add("blobs", list(BinaryType.BINARY))
          .add("days", list(DateType.DATE))
          .add("seen", list(TimestampType.TIMESTAMP))
          .add("boxes", list(StringType.STRING))
          .add("moods", list(StringType.STRING))
          .add("codes", list(IntegerType.INTEGER));

  @BeforeEach
  void createSchema() {
    source.run("CREATE SCHEMA kinds");
  }

  @AfterEach
  void dropSchema() {
    source.run("DROP TABLE IF EXISTS public.typed", "DROP SCHEMA kinds CASCADE");
  }

  private static ArrayType list(DataType element) {
    return new ArrayType(element, true);
  }

  private MirroredTable mirrorOfArrays() {
    source.run(
        "CREATE TYPE kinds.mood AS ENUM ('sad', 'very happy')",
        "CREATE DOMAIN kinds.code AS int CHECK (VALUE > 0)",
        "CREATE DOMAIN kinds.codes AS kinds.code[]",
        "CREATE TABLE public.typed (id int PRIMARY KEY, words text[], grid int[][],"
            + " ratios float8[], prices numeric(6,2)[], blobs bytea[], days date[],"
            + " seen timestamptz[], boxes box[], moods kinds.mood[], codes kinds.codes)",
        "INSERT INTO public.typed VALUES (1, '{a,NULL,\"NULL\",\"\",\"b \\\"c\\\" {,}\"}',"
            + " '{{1,2},{NULL,4}}', '{1.5,NaN,-0}', '{1.50,-2.00}', ARRAY['\\x005c'::bytea],"
            + " '{2026-01-02,\"0001-01-01 BC\"}', '{\"1970-01-01 00:00:01.5+00\"}',"
            + " '{(2,2),(1,1);(4,4),(3,3)}', '{sad,\"very happy\"}', '{7,8}'),"
            + " (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
        "INSERT INTO public.typed VALUES (3)");
    return new MirroredTable(lake, "typed", ARRAYS);
  }

  private static Object[] arrays() {
    return new Object[] {
      1,
      Arrays.asList("a", null, "NULL", "", "b \"c\" {,}"),
      List.of(List.of(1, 2), Arrays.asList(null, 4)),
      List.of(1.5, Double.NaN, -0.0),
      List.of(new BigDecimal("1.50"), new BigDecimal("-2.00")),
      List.of(new byte[] {0, '\\'}),
      List.of(
          (int) java.time.LocalDate.of(2026, 1, 2).toEpochDay(),
          (int) java.time.LocalDate.of(0, 1, 1).toEpochDay()),
      List.of(1_500_000L),
      List.of("(2,2),(1,1)", "(4,4),(3,3)"),
      List.of("sad", "very happy"),
      List.of(7, 8)
    };
  }

  private static Object[] filled(int id, Object value) {
    Object[] row = new Object[ARRAYS.length()];
    Arrays.fill(row, value);
    row[0] = id;
    return row;
  }

  @Test
  void equalArraysAreEqual() {
    mirrorOfArrays().append(arrays(), filled(2, List.of()), filled(3, null));

    TableReport report = only(verify("typed"));

    assertThat(report.reason()).isEmpty();
    assertThat(report.outcome()).as("%s", report.first()).isEqualTo(Outcome.EQUAL);
    assertThat(report.mirrorRows()).isEqualTo(3);
  }

  @Test
  void oneElementIsADifference() {
    Object[] bent = arrays();
    bent[1] = Arrays.asList("a", null, null, "", "b \"c\" {,}");
    bent[2] = List.of(List.of(1, 2), Arrays.asList(0, 4));
    bent[3] = List.of(1.5, Double.NaN, 0.0);
    bent[4] = List.of(new BigDecimal("1.50"), new BigDecimal("-2.01"));
    bent[5] = List.of(new byte[] {0, '\\', 0});
    bent[9] = List.of("sad,very happy");
    bent[10] = List.of(8, 7);
    mirrorOfArrays().append(bent, filled(2, List.of()), filled(3, List.of()));

    assertThat(only(verify("typed")).first())
        .containsExactly(
            difference(
                Kind.DIFFERENT, 1, "words", "grid", "ratios", "prices", "blobs", "moods", "codes"),
            difference(
                Kind.DIFFERENT,
                3,
                ARRAYS.fieldNames().subList(1, ARRAYS.length()).toArray(String[]::new)));
  }

  @Test
  void anArrayWithOtherBoundsThanItsMirrorIsDifferent() {
    source.run(
        "CREATE TABLE public.typed (id int PRIMARY KEY, a int[])",
        "INSERT INTO public.typed VALUES (1, '[0:1]={1,2}'), (2, '{{1,2}}')");
    new MirroredTable(
            lake,
            "typed",
            new StructType()
                .add("id", IntegerType.INTEGER, false)
                .add("a", list(IntegerType.INTEGER)))
        .append(new Object[] {1, List.of(1, 2)}, new Object[] {2, List.of(1, 2)});

    assertThat(only(verify("typed")).first())
        .containsExactly(difference(Kind.DIFFERENT, 1, "a"), difference(Kind.DIFFERENT, 2, "a"));
  }

  private MirroredTable mirrorOfKinds() {
    source.run(
        "CREATE TYPE kinds.geometry",
        "CREATE FUNCTION kinds.geometry_in(cstring) RETURNS kinds.geometry LANGUAGE internal"
            + " IMMUTABLE STRICT AS 'textin'",
        "CREATE FUNCTION kinds.geometry_out(kinds.geometry) RETURNS cstring LANGUAGE internal"
            + " IMMUTABLE STRICT AS 'textout'",
        "CREATE TYPE kinds.geometry (INPUT = kinds.geometry_in, OUTPUT = kinds.geometry_out,"
            + " LIKE = text)",
        "CREATE DOMAIN kinds.price AS numeric(8,2)",
        "CREATE DOMAIN kinds.net_price AS kinds.price CHECK (VALUE >= 0)",
        "CREATE TABLE public.typed (id int PRIMARY KEY, o oid, x xid, local timestamp,"
            + " any_number numeric, wide numeric(50,10), rounded numeric(3,-2),"
            + " price kinds.net_price, shape kinds.geometry, r real, t float8, \"T\" inet)",
        "INSERT INTO public.typed VALUES (1, 4294967295, '4294967295', '2026-01-02 03:04:05.6',"
            + " 1.5, 12.3400000000, 12345, 9.90, '0101000020E6', 1.1, 'NaN', '10.0.0.1/8'),"
            + " (2, 0, '3', NULL, 100, 0, 0, 0, NULL, NULL, '1e300', NULL)");
    return new MirroredTable(
        lake,
        "typed",
        new StructType()
            .add("id", IntegerType.INTEGER, false)
            .add("o", LongType.LONG)
            .add("x", LongType.LONG)
            .add("local", TimestampNTZType.TIMESTAMP_NTZ)
            .add("any_number", new DecimalType(38, 4))
            .add("wide", new DecimalType(38, 4))
            .add("rounded", new DecimalType(5, 0))
            .add("price", new DecimalType(8, 2))
            .add("shape", BinaryType.BINARY)
            .add("r", FloatType.FLOAT)
            .add("t", StringType.STRING)
            .add("T_12", StringType.STRING));
  }

  private static Object[] kinds() {
    return new Object[] {
      1,
      4_294_967_295L,
      4_294_967_295L,
      java.time.LocalDate.of(2026, 1, 2).toEpochDay() * 86_400_000_000L + 11_045_600_000L,
      new BigDecimal("1.5000"),
      new BigDecimal("12.3400"),
      new BigDecimal("12300"),
      new BigDecimal("9.90"),
      new byte[] {1, 1, 0, 0, 0x20, (byte) 0xE6},
      1.1f,
      "NaN",
      "10.0.0.1/8"
    };
  }

  private static Object[] more(String anyNumber) {
    return new Object[] {
      2,
      0L,
      3L,
      null,
      new BigDecimal(anyNumber),
      new BigDecimal("0.0000"),
      BigDecimal.ZERO,
      new BigDecimal("0.00"),
      null,
      null,
      "1e+300",
      null
    };
  }

  @Test
  void domainsGeometriesAndNumbersOfAnyScaleAreEqual() {
    mirrorOfKinds().append(kinds(), more("100.0000"));

    TableReport report = only(verify("typed"));

    assertThat(report.reason()).isEmpty();
    assertThat(report.outcome()).as("%s", report.first()).isEqualTo(Outcome.EQUAL);
  }

  @Test
  void theirDifferencesAreFoundUnderTheSourcesNames() {
    Object[] bent = kinds();
    bent[1] = -1L;
    bent[4] = new BigDecimal("1.5001");
    bent[5] = new BigDecimal("12.3000");
    bent[6] = new BigDecimal("12345");
    bent[7] = new BigDecimal("9.91");
    bent[8] = new byte[] {1, 1, 0, 0, 0x20, (byte) 0xE7};
    bent[11] = "10.0.0.1";
    mirrorOfKinds().append(bent, more("10.0000"));

    assertThat(only(verify("typed")).first())
        .containsExactly(
            difference(
                Kind.DIFFERENT, 1, "o", "any_number", "wide", "rounded", "price", "shape", "T"),
            difference(Kind.DIFFERENT, 2, "any_number"));
  }

  @Test
  void keysThatPostgresqlCannotLookUpAreFound() {
    source.run(
        "CREATE EXTENSION citext SCHEMA kinds",
        "CREATE EXTENSION ltree SCHEMA kinds",
        "CREATE TYPE kinds.mood AS ENUM ('sad', 'happy')",
        "CREATE DOMAIN kinds.positive AS int CHECK (VALUE > 0)",
        "CREATE TABLE public.typed (d float8, n numeric, c kinds.citext, p kinds.ltree,"
            + " m kinds.mood, i kinds.positive, r int4range, v int,"
            + " PRIMARY KEY (d, n, c, p, m, i, r))",
        "INSERT INTO public.typed VALUES"
            + " ('NaN', 'NaN', 'Ab', 'a.b', 'sad', 1, '[1,2)', 1),"
            + " ('-0', '1.50', 'x', 'c', 'sad', 2, 'empty', 1),"
            + " (3, 3, 'same', 'c', 'happy', 3, '[,)', 1)");
    MirroredTable mirror = mirrorOfTexts("d", "n", "c", "p", "m", "i", "r");
    mirror.append(
        new Object[] {"NaN", "NaN", "Ab", "a.b", "sad", "1", "[1,2)", 2},
        new Object[] {"0", "1.50", "x", "c", "sad", "2", "empty", 1},
        new Object[] {"3", "3", "same", "c", "happy", "3", "(,)", 1},
        new Object[] {"no number", "3", "same", "c", "angry", "-3", "(,)", 1});

    TableReport report = only(verify("typed"));

    assertThat(report.reason()).isEmpty();
    assertThat(report.first())
        .extracting(RowDifference::kind)
        .containsExactlyInAnyOrder(Kind.DIFFERENT, Kind.MISSING, Kind.EXTRA, Kind.EXTRA);
    assertThat(report.first())
        .filteredOn(row -> row.kind() == Kind.DIFFERENT)
        .first()
        .satisfies(row -> assertThat(row.columns()).containsExactly("v"))
        .satisfies(row -> assertThat(row.key()).containsEntry("d", "NaN").containsEntry("c", "Ab"));
  }

  @Test
  void keysThatATypeDoesNotKnowAreExtra() {
    source.run(
        "CREATE TYPE kinds.mood AS ENUM ('sad', 'happy')",
        "CREATE TABLE public.typed (m kinds.mood PRIMARY KEY, v int)",
        "INSERT INTO public.typed VALUES ('sad', 1), ('happy', 2)");
    MirroredTable mirror = mirrorOfTexts("m");
    mirror.append(new Object[] {"angry", 0}, new Object[] {"happy", 0}, new Object[] {"sad", 1});

    assertThat(only(verify("typed")).first())
        .containsExactly(
            new RowDifference(Kind.EXTRA, Map.of("m", "angry"), List.of()),
            new RowDifference(Kind.DIFFERENT, Map.of("m", "happy"), List.of("v")));
  }

  @Test
  void keysThatPostgresqlFindsEqualAreSeenOnce() {
    source.run(
        "CREATE TABLE public.typed (d float8 PRIMARY KEY, v int)",
        "INSERT INTO public.typed VALUES ('-0', 1)");
    MirroredTable mirror =
        new MirroredTable(
            lake,
            "typed",
            new StructType().add("d", DoubleType.DOUBLE, false).add("v", IntegerType.INTEGER));
    mirror.append(new Object[] {0.0, 1});
    ScriptedProgress progress =
        new ScriptedProgress()
            .then(() -> {})
            .then(
                () -> {
                  mirror.delete(0);
                  mirror.append(new Object[] {-0.0, 1});
                });

    assertThat(verify(rounds(4), progress, "typed").outcome()).isEqualTo(Outcome.EQUAL);
  }

  /** With the given key columns as text, and the column v. */
  private MirroredTable mirrorOfTexts(String... keys) {
    StructType schema = new StructType();
    for (String key : keys) {
      schema = schema.add(key, StringType.STRING, false);
    }
    return new MirroredTable(lake, "typed", schema.add("v", IntegerType.INTEGER));
  }
}
